"""A small service: says that it is well, and shortens text to slugs."""

import re
import signal
import sys
import unicodedata

import uvicorn
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


def main() -> None:
    # On SIGTERM, uvicorn answers the requests under way and then hands the signal on to this handler: an end that was asked for is a success.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(app, host="0.0.0.0", port=8000, server_header=False, timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main()
