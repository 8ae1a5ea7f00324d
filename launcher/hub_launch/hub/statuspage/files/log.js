// The end of a server's log, read again while somebody looks.

import * as api from "./api.js";
import { el, say } from "./dom.js";

const LINES = 300;
const AGAIN_MS = 2000;

/** A server's log: {element, watch}. */
export function logView(id) {
  const status = el("p", { class: "muted", role: "status" }, "Reading the log …");
  const text = el("pre", { class: "log", tabindex: 0, role: "log", "aria-live": "off", "aria-label": `Log of ${id}` });
  const element = el("div", { class: "log-panel" }, status, text);
  let timer = null;

  async function read() {
    try {
      const { lines } = await api.logs(id, LINES);
      const atEnd = text.scrollHeight - text.scrollTop - text.clientHeight < 40;
      say(text, lines.join("\n"));
      text.hidden = !lines.length;
      say(status, lines.length ? `The last ${lines.length} lines, as they are written` : "Nothing was logged yet.");
      if (atEnd) text.scrollTop = text.scrollHeight;
    } catch (problem) {
      text.hidden = true;
      say(status, problem.message);
    }
  }

  /** Whether somebody looks. */
  function watch(looking) {
    clearInterval(timer);
    timer = looking ? setInterval(() => document.hidden || read(), AGAIN_MS) : null;
    if (looking) read();
  }

  return { element, watch };
}
