"""A small service: says that it is well, and shortens text to slugs."""

import re
import unicodedata

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

LONGEST = 10_000


async def health(_: Request) -> JSONResponse:
    """Answers as long as the process can: for HEALTHCHECK, load balancers and Kubernetes."""
    return JSONResponse({"status": "ok"})


async def slug(request: Request) -> JSONResponse:
    """`GET /slug?text=Größe XL` → `{"slug": "grosse-xl"}`."""
    text = request.query_params.get("text", "")
    if not text or len(text) > LONGEST:
        return JSONResponse({"error": f"`text` must have 1 to {LONGEST} characters"}, status_code=400)
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return JSONResponse({"slug": re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")})


app = Starlette(routes=[Route("/health", health), Route("/slug", slug)])
