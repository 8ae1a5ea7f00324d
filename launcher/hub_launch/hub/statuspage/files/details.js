// The page about one server: how it is, what to do with it, its tools and its log.

import * as api from "./api.js";
import { copyButton, el, say, withCode } from "./dom.js";
import { stateWord } from "./list.js";
import { logView } from "./log.js";
import { toolsView } from "./tools.js";
import { duration } from "./words.js";

const ORDERS = [
  { what: "start", word: "Start", when: (one) => ["stopped", "failed"].includes(one.state) },
  { what: "restart", word: "Restart", when: (one) => !["stopped", "failed", "pending"].includes(one.state) },
  { what: "stop", word: "Stop", when: (one) => one.state !== "stopped" },
];

/** One server's page: {element, update, show, close}. `news` tells a screen reader. */
export function details(id, news) {
  const parts = {
    state: el("span", { class: "state" }), reason: el("p", {}), hint: el("p", { class: "hint" }), note: el("p", { class: "muted" }),
  };
  const heading = el("h1", {}, id);
  const called = el("code", { class: "muted" }, id);
  const facts = factsView();
  const orders = ordersView(id, news);
  const tools = toolsView(id);
  const log = logView(id);
  const tabs = tabsView(id, { tools: "Tools", log: "Log", about: "About" });
  const panels = { tools: tools.element, log: log.element, about: facts.element };
  const panel = el("div", { class: "panel" });
  const element = el("article", { class: "server" },
    el("p", { class: "back" }, el("a", { href: "#/" }, "All servers")),
    el("header", { class: "head" }, el("div", {}, heading, called, parts.state), orders.element),
    el("div", { class: "why" }, parts.reason, parts.hint, parts.note),
    facts.brief, tabs.element, panel);
  let seen = "";
  let hinted;

  function update(server) {
    if (!server) return gone();
    element.dataset.state = server.state;
    say(heading, server.title || id);
    called.hidden = heading.textContent.toLowerCase() === id;
    say(parts.state, stateWord(server));
    say(parts.reason, server.reason);
    say(parts.note, server.note);
    if (hinted !== server.hint) {
      hinted = server.hint;
      parts.hint.replaceChildren(...withCode(hinted));
    }
    for (const key of ["reason", "hint", "note"]) parts[key].hidden = !server[key];
    facts.update(server);
    orders.update(server);
    // What it offers may have changed with its state, and with its numbers.
    const version = JSON.stringify([server.state, server.offers, server.note]);
    if (version !== seen) {
      seen = version;
      read();
    }
  }

  async function read() {
    try {
      const { runtime, entry } = unpacked(await api.server(id));
      tools.update(runtime.tools, runtime.state);
      facts.tell(entry, runtime);
    } catch (problem) {
      tools.fail(problem.message);
    }
  }

  function gone() {
    element.replaceChildren(el("p", { class: "back" }, el("a", { href: "#/" }, "All servers")),
      el("h1", {}, id), el("p", {}, "No server of that name is part of this hub."));
  }

  /** Show a part: tools (of which maybe one is chosen), log or about. */
  function show(part, tool) {
    const chosen = part in panels ? part : "tools";
    tabs.show(chosen);
    panel.replaceChildren(panels[chosen]);
    if (chosen === "tools") tools.show(tool);
    log.watch(chosen === "log");
  }

  return { element, update, show, close: () => log.watch(false) };
}

const RUNTIME = "io.github.mcp-hub-launch/runtime";

function unpacked(answer) {
  return { entry: answer.server, runtime: answer._meta[RUNTIME] };
}

function tabsView(id, words) {
  const links = Object.fromEntries(Object.entries(words).map(([part, word]) =>
    [part, el("a", { href: `#/${encodeURIComponent(id)}/${part}` }, word)]));
  return {
    element: el("nav", { class: "tabs", "aria-label": "Parts of this server" }, Object.values(links)),
    show(chosen) {
      for (const [part, link] of Object.entries(links)) {
        if (part === chosen) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
    },
  };
}

function ordersView(id, news) {
  const problem = el("p", { class: "wrong", role: "alert" });
  const buttons = ORDERS.map(({ what, word, when }) => {
    const button = el("button", { type: "button" }, word);
    button.addEventListener("click", async () => {
      button.disabled = true;
      say(problem, "");
      try {
        await api.order(id, what);
        news(`${word} of ${id} was asked for.`);
      } catch (error) {
        say(problem, error.message);
      }
      button.disabled = false;
    });
    return { button, when };
  });
  return {
    element: el("div", { class: "orders" }, el("div", { class: "buttons" }, buttons.map((one) => one.button)), problem),
    update: (server) => buttons.forEach(({ button, when }) => { button.hidden = !when(server); }),
  };
}

function factsView() {
  const brief = list(["half answered in", "95 % in", "calls", "tool errors", "unanswered", "restarts"]);
  const more = list(["kind of server", "version", "protocol", "latest start took", "calls going on", "prompts", "resources", "templates of resources"], "plain");
  const address = el("code", {});
  const description = el("p", { class: "lead" });
  const instructions = el("pre", { tabindex: 0, role: "region", "aria-label": "How the server wants to be used" });
  const use = el("section", {}, el("h2", {}, "How it wants to be used"), instructions);
  const element = el("div", { class: "facts" }, description, el("h2", {}, "Its own address"),
    el("p", { class: "address" }, address, copyButton(() => address.textContent, "the address")),
    el("h2", {}, "Facts"), more.element, use);
  use.hidden = true;

  function update(server) {
    const { calls, offers } = server;
    brief.update({
      "half answered in": calls.latency ? duration(calls.latency.median) : "–",
      "95 % in": calls.latency ? duration(calls.latency.p95) : "–",
      calls: calls.total.toLocaleString("en"),
      "tool errors": String(calls.toolErrors),
      unanswered: String(calls.failures),
      restarts: String(server.restarts),
    });
    more.update({
      "kind of server": server.kind,
      version: server.serverVersion || "–",
      protocol: server.protocol || "–",
      "latest start took": server.startSeconds ? duration(server.startSeconds) : "–",
      "calls going on": String(calls.inFlight),
      prompts: String(offers.prompts),
      resources: String(offers.resources),
      "templates of resources": String(offers.templates),
    });
    say(address, server.endpoint);
  }

  function tell(entry, runtime) {
    say(description, entry.description ?? "");
    description.hidden = !entry.description || entry.description === entry.title;
    say(instructions, runtime.instructions ?? "");
    use.hidden = !runtime.instructions;
  }

  return { brief: brief.element, element, update, tell };
}

function list(words, style = "figures small") {
  const values = Object.fromEntries(words.map((word) => [word, el("dd", {}, "–")]));
  return {
    element: el("dl", { class: style }, words.map((word) => el("div", {}, el("dt", {}, word), values[word]))),
    update: (now) => Object.entries(now).forEach(([word, value]) => say(values[word], value)),
  };
}
