// Asks the service in the same container; the exit code is the answer.
const response = await fetch("http://127.0.0.1:3000/health", { signal: AbortSignal.timeout(2_000) }).catch((error) => console.error(error.message));
process.exit(response?.ok ? 0 : 1);
