// The search begins before the page is there: reading all servers takes as long as everything else together.

export const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
worker.postMessage({ address: new URL("../../../../search.json", import.meta.url).href });
