// What a tool answered.

import { copyButton, el } from "./dom.js";
import { duration, json } from "./words.js";

// Pictures that browsers draw and that can hold no script.
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
// More than anybody reads, and than a page stays quick with.
const MAX_CHARACTERS = 200_000;

/** The answer to a call that took so many seconds. */
export function resultView(result, seconds) {
  const failed = result.isError === true;
  const content = Array.isArray(result.content) ? result.content : [];
  // Most servers say the same in both forms; the text is for reading.
  const structured = result.structuredContent && !content.length ? [block("Structured content", json(result.structuredContent))] : [];
  const whole = el("details", { class: "whole" }, el("summary", {}, "Whole answer as JSON"), block("", json(result)));
  return el(
    "section",
    { class: failed ? "result failed" : "result", "aria-label": "Answer" },
    el("p", { class: "verdict" }, failed ? "The tool says that it failed" : "Answered", ` in ${duration(seconds)}`),
    content.map(contentView),
    structured,
    whole,
  );
}

/** A call that was not answered, and why. */
export function problemView(message) {
  return el("section", { class: "result failed", "aria-label": "Answer" },
    el("p", { class: "verdict" }, "Not answered"), el("p", {}, message));
}

function contentView(part) {
  if (part.type === "text") return block("", pretty(part.text ?? ""));
  if (part.type === "image" && PICTURES.has(part.mimeType)) {
    return el("img", { src: `data:${part.mimeType};base64,${part.data}`, alt: "Picture that the tool answered with" });
  }
  if (part.type === "resource" && typeof part.resource?.text === "string") return block(part.resource.uri, part.resource.text);
  if (part.type === "resource_link") return block("Resource", part.uri);
  return block(`Content of type ${part.mimeType ?? part.type}`, "see the whole answer below");
}

/** A text that is JSON is laid out. */
function pretty(text) {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return json(JSON.parse(text));
  } catch {
    return text;
  }
}

function block(title, text) {
  const shown = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}\n… ${text.length - MAX_CHARACTERS} more` : text;
  return el("div", { class: "block" },
    title ? el("p", { class: "muted" }, title) : null,
    el("pre", { tabindex: 0, role: "region", "aria-label": title || "Text" }, shown),
    copyButton(() => text, title || "text"));
}
