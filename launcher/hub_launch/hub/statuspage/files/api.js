// The hub's REST API, as docs/rest.md describes it.

/** What went wrong, in the hub's own words. */
export class Problem extends Error {
  constructor(message, body = null) {
    super(message);
    this.body = body;
  }
}

async function read(response) {
  if (response.status === 401) {
    // The hub asks for its token on a page of its own.
    location.reload();
    throw new Problem("Signed out.");
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Problem(body?.detail ?? body?.title ?? `HTTP ${response.status}`, body);
  return body;
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Problem("The hub does not answer.");
  }
  return read(response);
}

const segment = encodeURIComponent;

export const server = (id) => ask(`/v0/servers/${segment(id)}`);
export const search = (query, signal) => ask(`/v0/search?limit=12&q=${segment(query)}`, { signal });
export const logs = (id, lines) => ask(`/v0/servers/${segment(id)}/logs?lines=${lines}`);
export const order = (id, what) => ask(`/v0/servers/${segment(id)}/${what}`, { method: "POST" });

/** Call a tool, which may say itself that it failed. `signal` gives the call up. */
export async function call(id, tool, given, signal) {
  try {
    return await ask(`/api/services/${segment(id)}/call`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ tool, arguments: given }),
      signal,
    });
  } catch (problem) {
    if (problem.body?.result) return problem.body.result;
    throw problem;
  }
}

// A hub that was ended is looked for again after so long; browsers wait longer each time by themselves.
const AGAIN_MS = 2000;

/** Have `heard` told each event of the hub, and `connected` whether there is a connection. */
export function listen(heard, connected) {
  const source = new EventSource("/v0/events");
  source.addEventListener("open", () => connected(true));
  source.addEventListener("message", (message) => heard(JSON.parse(message.data)));
  source.addEventListener("error", async () => {
    connected(false);
    if (source.readyState !== EventSource.CLOSED) return;
    // Refused, which browsers do not try again: signed out, or not up yet.
    await ask("/v0/version").catch(() => null);
    setTimeout(() => listen(heard, connected), AGAIN_MS);
  });
}
