// JSON-RPC over HTTP, as little as the start of a node needs.

/** Asks once; throws on a refused connection, an HTTP error or a JSON-RPC error. */
export async function call(url, method, params = []) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(5000),
  });
  const answer = await response.json();
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

/** Asks again and again until `good` says so, for at most `seconds`. */
export async function callUntil(url, method, params, good, seconds) {
  const last = Date.now() + seconds * 1000;
  let seen;
  while (Date.now() < last) {
    try {
      seen = await call(url, method, params);
      if (good(seen)) return seen;
    } catch (error) {
      seen = error.message;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${method} at ${url} did not become ready in ${seconds} s; last seen: ${JSON.stringify(seen)}`);
}
