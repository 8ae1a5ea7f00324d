// The keyboard: "/" begins a search, arrows move between what was found, Enter opens it as any link.

const EDITABLE = "input, textarea, select, [contenteditable]";

export function listenToKeys(view) {
  // Before Material, whose own search of the prose has the same key.
  window.addEventListener("keydown", (event) => begin(event, view), { capture: true });
  view.root.addEventListener("keydown", (event) => move(event, view));
}

function begin(event, view) {
  const other = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key !== "/" || other || event.target.closest?.(EDITABLE)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  view.box.focus();
  view.box.select();
}

function move(event, view) {
  const links = view.links;
  const at = links.indexOf(document.activeElement);
  const inBox = document.activeElement === view.box;
  if (at < 0 && !inBox) return;
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Enter: inBox ? 0 : null, Escape: inBox ? null : -1 }[event.key];
  if (next === undefined || next === null) return;
  event.preventDefault();
  (next < 0 ? view.box : links[Math.min(next, links.length - 1)])?.focus();
}
