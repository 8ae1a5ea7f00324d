// The page about all servers.

import { arrange, copyButton, el, say, withCode } from "./dom.js";
import { stateWord } from "./list.js";
import { count, since } from "./words.js";

/** The overview: {element, update}. */
export function overview() {
  const numbers = { servers: figure("servers"), tools: figure("tools"), calls: figure("calls"), failures: figure("unanswered") };
  const address = el("code", {});
  const heading = el("h1", {});
  const troubles = el("ul", { class: "troubles" });
  const trouble = el("section", { "aria-labelledby": "trouble" }, el("h2", { id: "trouble" }, "What needs attention"), troubles);
  const offered = el("p", {});
  const connect = el("section", { "aria-labelledby": "connect" },
    el("h2", { id: "connect" }, "Connect a client"),
    el("p", {}, "All servers together, each tool named after its server:"),
    el("p", { class: "address" }, address, copyButton(() => address.textContent, "the address")),
    offered,
    el("p", { class: "muted" }, "Each server by itself has an address of its own; it is on the server’s page."));
  const about = el("p", { class: "muted" });
  const element = el("div", { class: "overview" }, heading, about,
    el("dl", { class: "figures" }, Object.values(numbers).map((one) => one.element)), trouble, connect);

  function update({ hub, summary, servers }) {
    if (!hub) return;
    const all = [...servers.values()];
    const bad = all.filter((one) => one.hint || !["ready", "pending", "starting"].includes(one.state));
    const coming = all.filter((one) => ["pending", "starting"].includes(one.state));
    say(heading, headline(all, bad, coming));
    say(about, `hub-launch ${hub.version}, up for ${since(hub.began)}, ${count(hub.sessions, "session")}`);
    say(numbers.servers.number, String(all.length));
    say(numbers.tools.number, summary.tools.toLocaleString("en"));
    say(numbers.calls.number, summary.calls.toLocaleString("en"));
    say(numbers.failures.number, summary.failures.toLocaleString("en"));
    say(address, hub.endpoint);
    say(offered, offer(summary));
    trouble.hidden = !bad.length;
    arrange(troubles, bad.map(troubleOf));
  }

  return { element, update };
}

function headline(all, bad, coming) {
  if (!all.length) return "No servers";
  if (bad.length) return bad.length === 1 ? "One server needs attention" : `${bad.length} servers need attention`;
  if (coming.length) return `${count(coming.length, "server")} starting`;
  return all.length === 1 ? "The server is ready" : `All ${all.length} servers are ready`;
}

/** How many tokens the definitions cost an assistant, by the hub's estimate. */
function offer({ toolsSearched, tokens, tokensOffered }) {
  const all = `an estimated ${tokens.toLocaleString("en")} tokens`;
  if (!toolsSearched) return tokens ? `Their definitions are ${all}.` : "";
  return `Clients are offered three tools that search and call the others: ${tokensOffered.toLocaleString("en")} tokens `
    + `in the place of ${all}.`;
}

function figure(word) {
  const number = el("dd", {}, "–");
  return { number, element: el("div", {}, el("dt", {}, word), number) };
}

const known = new Map();

function troubleOf(server) {
  const words = [stateWord(server), server.reason, server.hint].join("\n");
  if (known.get(server.id)?.words !== words) {
    const item = el("li", { "data-state": server.state },
      el("p", {}, el("a", { href: `#/${encodeURIComponent(server.id)}` }, server.id), " ", el("span", { class: "state" }, stateWord(server))),
      server.reason ? el("p", {}, server.reason) : null,
      server.hint ? el("p", { class: "hint" }, ...withCode(server.hint)) : null);
    known.set(server.id, { words, item });
  }
  return known.get(server.id).item;
}
