// One server in the list: the page's own markup, filled with text. What publishers wrote is never markup.

import { safe } from "./safe.js";

const NUMBER = new Intl.NumberFormat("en");
const CREDENTIALS = { required: "needs credentials", optional: "credentials optional" };
// TONES of hub_build/pages/tile.py.
const TONES = 6;

// template: the element <template> of the page; root: the way to the site's root. See site_src/templates/_lines.html.
export function rowOf(server, template, root) {
  const row = template.content.firstElementChild.cloneNode(true);
  const tile = row.querySelector(".hub-tile");
  tile.dataset.tone = toneOf(server.id);
  tile.textContent = letterOf(server.title);
  const link = row.querySelector("a");
  link.href = `${root}servers/${encodeURIComponent(server.id)}/`;
  link.textContent = safe(server.title);
  row.querySelector("code").textContent = server.id;
  row.querySelector("p").textContent = safe(server.description);
  row.querySelector(".hub-chip--good").hidden = !server.verified;
  row.querySelector(".hub-chip--warn").hidden = server.status !== "deprecated";
  row.querySelector(".cat-told").replaceChildren(...factsOf(server).map(item));
  return row;
}

function toneOf(id) {
  return [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % TONES;
}

function letterOf(title) {
  return title.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase().slice(0, 1) ?? "\u00b7";
}

// In the order and the words of hub_build/pages/catalog.py, which a test compares.
function factsOf(server) {
  const tools = server.tools.length;
  const facts = [
    server.kinds.join(", "),
    tools ? `${NUMBER.format(tools)} ${tools === 1 ? "tool" : "tools"}` : "",
    server.startSeconds ? `starts in ${server.startSeconds.toFixed(1)} s` : "",
    CREDENTIALS[server.credentials] ?? "",
    `${server.version}, ${server.published}`,
  ];
  return facts.filter(Boolean);
}

function item(text) {
  const element = document.createElement("li");
  element.textContent = safe(text);
  return element;
}
