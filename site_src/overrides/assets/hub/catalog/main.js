// The catalog: what is typed and chosen goes to the worker, what it finds to the page, and both into the address.

import { listenToKeys } from "./keys.js";
import { addressOf, stateOf } from "./state.js";
import { worker } from "./start.js";
import { View } from "./view.js";

// From here on there is room for what one can choose, beside the list.
const WIDE = "(min-width: 60em)";

const view = new View(document.querySelector(".cat"));
let number = 0;

worker.addEventListener("message", ({ data }) => {
  if (data.failed) view.failed();
  // An answer to a question that was asked before the last one is of no use.
  else if (data.number === number) view.show(data);
});

function ask(state) {
  number += 1;
  worker.postMessage({ number, state });
}

// Each choice is a step that the browser's back button takes back; the letters of one word are one step together.
function go(state, { together = false } = {}) {
  const address = `${location.pathname}?${addressOf(state)}`.replace(/\?$/, "");
  if (together && history.state?.typing) history.replaceState({ typing: true }, "", address);
  else if (address !== location.pathname + location.search) history.pushState({ typing: together }, "", address);
  ask(state);
}

function fromAddress() {
  const state = stateOf(new URLSearchParams(location.search));
  view.state = state;
  ask(state);
}

view.form.addEventListener("submit", (event) => event.preventDefault());
view.form.addEventListener("input", (event) => {
  if (event.target === view.box) go(view.state, { together: true });
});
view.form.addEventListener("change", (event) => {
  if (event.target !== view.box) go(view.state);
});
view.pages.addEventListener("click", (event) => {
  const page = Number(event.target.closest("a")?.dataset.page);
  if (!page || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go({ ...view.state, page });
  view.told.focus();
  view.root.scrollIntoView();
});
window.addEventListener("popstate", fromAddress);
listenToKeys(view);
view.root.querySelector(".cat-filters").open = matchMedia(WIDE).matches;
if (addressOf(stateOf(new URLSearchParams(location.search)))) view.wait();
fromAddress();
