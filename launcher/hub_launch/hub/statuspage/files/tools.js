// A server's tools, and trying one of them.

import * as api from "./api.js";
import { el, newId, say } from "./dom.js";
import { argumentsForm } from "./form.js";
import { problemView, resultView } from "./result.js";
import { count, firstLine } from "./words.js";

// Fewer are found by looking.
const FILTER_FROM = 8;

/** The tools of a server: {element, update, fail, show}. */
export function toolsView(id) {
  const status = el("p", { class: "muted", role: "status" }, "Reading what it offers …");
  const text = el("input", { type: "search", id: newId("filter"), autocomplete: "off", spellcheck: "false" });
  const filter = el("div", { class: "field filter" }, el("label", { for: text.id }, "Filter"), text);
  const list = el("ul", { class: "tools" });
  const place = el("div", { class: "tool-place" });
  const element = el("div", { class: "tools-panel" }, el("div", { class: "tools-list" }, status, filter, list), place);
  let tools = [];
  let chosen = null;
  let open = null;
  filter.hidden = true;
  text.addEventListener("input", draw);

  function draw() {
    const wanted = text.value.toLowerCase();
    const found = tools.filter((tool) => `${tool.name} ${tool.title ?? ""} ${tool.description ?? ""}`.toLowerCase().includes(wanted));
    list.replaceChildren(...found.map((tool) => item(id, tool, tool.name === chosen)));
    say(status, found.length === tools.length ? count(tools.length, "tool") : `${found.length} of ${count(tools.length, "tool")}`);
  }

  function choose() {
    const tool = tools.find((one) => one.name === chosen);
    element.classList.toggle("one", Boolean(chosen));
    if (!chosen) {
      open = null;
      place.replaceChildren();
    } else if (!tool) {
      open = null;
      place.replaceChildren(el("p", { class: "muted" }, tools.length ? `It has no tool ${chosen}.` : ""));
    } else if (JSON.stringify(tool) !== open) {
      // Not while it stays the same: what somebody fills in must not go away.
      open = JSON.stringify(tool);
      place.replaceChildren(toolView(id, tool));
    }
  }

  function update(now, state) {
    tools = now;
    filter.hidden = tools.length < FILTER_FROM;
    draw();
    if (!tools.length) say(status, state === "ready" ? "It has no tools." : "Its tools are not known, or not there now.");
    choose();
  }

  function show(name) {
    chosen = name ?? null;
    draw();
    choose();
    if (tools.length && chosen) place.querySelector("h2")?.focus();
  }

  return { element, update, show, fail: (message) => say(status, message) };
}

function item(id, tool, current) {
  return el("li", {},
    el("a", { href: `#/${encodeURIComponent(id)}/tools/${encodeURIComponent(tool.name)}`, "aria-current": current ? "true" : null },
      el("span", { class: "name" }, tool.name), el("span", { class: "muted about" }, firstLine(tool.description ?? tool.title ?? "", 200))));
}

function toolView(id, tool) {
  const form = argumentsForm(tool.inputSchema);
  const call = el("button", { type: "submit", class: "main" }, "Call");
  const stop = el("button", { type: "button", class: "quiet", hidden: true }, "Give up");
  const answer = el("div", { class: "answer", "aria-live": "polite" });
  const hints = hintsOf(tool.annotations ?? {});
  const whole = el("form", { class: "try", novalidate: true }, form.element, el("div", { class: "buttons" }, call, stop));
  let giving = null;

  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = form.read();
    if (given === null || giving) return;
    giving = new AbortController();
    call.disabled = true;
    stop.hidden = false;
    answer.replaceChildren(el("p", { class: "muted" }, "Waiting for the answer …"));
    const began = performance.now();
    try {
      const result = await api.call(id, tool.name, given, giving.signal);
      answer.replaceChildren(resultView(result, (performance.now() - began) / 1000));
    } catch (problem) {
      answer.replaceChildren(problemView(giving.signal.aborted ? "It was given up." : problem.message));
    }
    giving = null;
    call.disabled = false;
    stop.hidden = true;
  });
  stop.addEventListener("click", () => giving?.abort());

  return el("section", { class: "tool", "aria-labelledby": "tool-name" },
    el("p", { class: "back" }, el("a", { href: `#/${encodeURIComponent(id)}/tools` }, "All tools of this server")),
    el("h2", { id: "tool-name", tabindex: -1 }, tool.name),
    hints.length ? el("p", { class: "tags" }, hints.map((hint) => el("span", {}, hint))) : null,
    tool.description ? el("p", { class: "description" }, tool.description) : null,
    whole, answer,
    el("details", {}, el("summary", {}, "Schema"), el("pre", { tabindex: 0, role: "region", "aria-label": "Schema" }, JSON.stringify(tool.inputSchema, null, 2))));
}

/** What the server says about what the tool does; whether it is so, nobody checks. */
function hintsOf({ readOnlyHint, destructiveHint, idempotentHint, openWorldHint }) {
  return [
    readOnlyHint && "only reads",
    !readOnlyHint && destructiveHint && "may delete or overwrite",
    idempotentHint && !readOnlyHint && "doing it twice is as doing it once",
    openWorldHint && "reaches the world outside",
  ].filter(Boolean);
}
