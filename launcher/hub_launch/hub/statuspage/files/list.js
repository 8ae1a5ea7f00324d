// The servers beside the page: one line each, the same element for as long as the server is there.

import { arrange, el, say } from "./dom.js";
import { STATES, count, duration, firstLine } from "./words.js";

const rows = new Map();

/** Show these servers, and mark the one that the page is about. */
export function showServers(list, servers, chosen) {
  for (const id of rows.keys()) if (!servers.has(id)) rows.delete(id);
  arrange(list, [...servers.values()].map((server) => row(server, server.id === chosen)));
}

function row(server, chosen) {
  if (!rows.has(server.id)) rows.set(server.id, made(server.id));
  const { item, link, parts } = rows.get(server.id);
  if (chosen) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  item.dataset.state = server.state;
  say(parts.state, stateWord(server));
  say(parts.about, about(server));
  return item;
}

function made(id) {
  const parts = { state: el("span", { class: "state" }), about: el("span", { class: "muted about" }) };
  const link = el("a", { href: `#/${encodeURIComponent(id)}` },
    el("span", { class: "name" }, id), parts.state, parts.about);
  return { item: el("li", {}, link), link, parts };
}

/** A server's state in a word. */
export function stateWord(server) {
  return server.resting ? "resting" : STATES[server.state] ?? server.state;
}

function about(server) {
  if (!["ready", "degraded"].includes(server.state)) return firstLine(server.reason, 80) || server.kind;
  const latency = server.calls.latency ? `, ${duration(server.calls.latency.median)}` : "";
  return count(server.offers.tools, "tool") + latency;
}
