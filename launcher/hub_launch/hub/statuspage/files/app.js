// The status page: what the hub says is kept here, and shown by the page that the address after # names.

import * as api from "./api.js";
import { details } from "./details.js";
import { el, say } from "./dom.js";
import { showServers, stateWord } from "./list.js";
import { overview } from "./overview.js";
import { firstLine } from "./words.js";

const known = { hub: null, summary: null, servers: new Map() };
const main = document.getElementById("main");
const list = document.getElementById("servers");
const home = overview();
let page = { name: null, view: home };

// What the hub says

const HEARD = {
  status({ status }) {
    known.hub = status.hub;
    known.summary = status.summary;
    known.servers = new Map(status.servers.map((server) => [server.id, server]));
  },
  server({ server }) {
    const before = known.servers.get(server.id);
    if (before && before.state !== server.state) tell(`${server.id} is ${stateWord(server)}. ${server.reason}`);
    known.servers.set(server.id, server);
  },
  gone({ id }) {
    known.servers.delete(id);
    tell(`${id} is no longer part of the hub.`);
  },
  hub({ hub, summary }) {
    known.hub = hub;
    known.summary = summary;
  },
};

function heard(event) {
  HEARD[event.type]?.(event);
  draw();
}

function connected(is) {
  const live = document.getElementById("live");
  live.dataset.state = is ? "ready" : "failed";
  say(document.getElementById("live-text"), is ? "live" : "not connected");
}

/** For those who do not see what changes. */
function tell(text) {
  say(document.getElementById("news"), text);
}

// Pages

/** `#/time/tools/get_current_time` as its parts; of a part that is no text (`%zz`) none is left. */
function place() {
  try {
    return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  } catch {
    return [""];
  }
}

function go(event) {
  const [name, part, tool] = place();
  const another = (name || null) !== page.name;
  if (another) {
    page.view.close?.();
    page = { name: name || null, view: name ? details(name, tell) : home };
    main.replaceChildren(page.view.element);
  }
  document.body.classList.toggle("chosen", Boolean(name));
  document.title = [tool, name, "MCP hub"].filter(Boolean).join(" - ");
  draw();
  page.view.show?.(part || "tools", tool);
  // Not when the page is opened: whoever tabs begins at its top.
  if (event && another) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function draw() {
  if (!known.hub) return;
  say(document.getElementById("about"), known.hub.version);
  showServers(list, known.servers, page.name);
  if (page.name) page.view.update(known.servers.get(page.name));
  else page.view.update(known);
}

// Finding

function findTools() {
  const form = document.getElementById("find");
  const text = document.getElementById("find-text");
  const found = document.getElementById("found");
  let asked = null;

  async function find() {
    asked?.abort();
    const query = text.value.trim();
    if (!query) return found.replaceChildren();
    asked = new AbortController();
    const { signal } = asked;
    try {
      const { results } = await api.search(query, signal);
      if (!signal.aborted) found.replaceChildren(hits(results.filter((hit) => hit.tool)));
    } catch (problem) {
      if (!signal.aborted) found.replaceChildren(el("p", { class: "wrong" }, problem.message));
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", find);
}

function hits(results) {
  if (!results.length) return el("p", { class: "muted" }, "No tool has these words.");
  return el("ul", { class: "hits" }, results.map((hit) =>
    el("li", {}, el("a", { href: `#/${encodeURIComponent(hit.server)}/tools/${encodeURIComponent(hit.tool)}` },
      el("span", { class: "name" }, hit.tool), el("span", { class: "muted about" }, `${hit.server}: ${firstLine(hit.description, 70)}`)))));
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", go);
main.replaceChildren(home.element);
findTools();
go();
api.listen(heard, connected);
// How long the hub has been up goes on by itself.
setInterval(draw, 15_000);
