// Elements made of data. Text only ever becomes a text node: nothing that a server says is read as HTML.

/** An element. Attributes that are null or false are left out; `on` has listeners by event. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A text's parts as children: what stands between backticks is code. */
export function withCode(text) {
  const pieces = text.split("`");
  if (pieces.length % 2 === 0) return [text];
  return pieces.map((piece, place) => (place % 2 ? el("code", {}, piece) : piece)).filter((piece) => piece !== "");
}

/** Put a text where it is not yet: a screen reader speaks of what is replaced, and a selection is lost. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Make the children of `parent` these, moving and removing only what differs. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}

let numbers = 0;

/** An id that no other element has. */
export function newId(word) {
  numbers += 1;
  return `${word}-${numbers}`;
}

/** A button that copies a text and says so. */
export function copyButton(text, label) {
  const button = el("button", { type: "button", class: "quiet", "aria-label": `Copy ${label}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      say(button, "Copied");
    } catch {
      say(button, "Not allowed");
    }
    setTimeout(() => say(button, "Copy"), 1500);
  });
  return button;
}
