// A small service: says that it is well, and validates orders. It listens on 3000 and needs no writable disk.
import { createServer } from "node:http";
import { z } from "zod";

const PORT = 3000;
const LARGEST_BODY = 64 * 1024;
const GRACE_MS = 5_000;

const Order = z.object({
  sku: z.string().regex(/^[A-Z]{3}-\d{4}$/),
  quantity: z.number().int().min(1).max(1000),
});

// An API answers with JSON only: nothing may be sniffed, framed, cached or loaded from it.
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Content-Type": "application/json; charset=utf-8",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

function answer(response, status, body) {
  response.writeHead(status, HEADERS).end(JSON.stringify(body));
}

async function read(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function validate(request, response) {
  const body = await read(request);
  if (body === undefined) return answer(response, 413, { error: `at most ${LARGEST_BODY} bytes` });
  let order;
  try {
    order = JSON.parse(body);
  } catch {
    return answer(response, 400, { error: "the body is not JSON" });
  }
  const result = Order.safeParse(order);
  if (result.success) return answer(response, 200, { order: result.data });
  answer(response, 422, { errors: result.error.issues.map(({ path, message }) => ({ path: path.join("."), message })) });
}

const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, async (request, response) => {
  try {
    const [pathname] = request.url.split("?", 1);
    if (request.method === "GET" && pathname === "/health") return answer(response, 200, { status: "ok" });
    if (request.method === "POST" && pathname === "/orders/validate") return await validate(request, response);
    answer(response, 404, { error: "not found" });
  } catch (error) {
    console.error(error);
    if (!response.headersSent) answer(response, 500, { error: "internal error" });
  }
});

// PID 1 has no default handlers: without these, `docker stop` would wait ten seconds and kill.
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    server.close(() => process.exit(0)); // once the requests under way are answered …
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref(); // … but nobody may hold us up for longer
  });
}

server.listen(PORT, () => console.log(`listening on ${PORT}`));
