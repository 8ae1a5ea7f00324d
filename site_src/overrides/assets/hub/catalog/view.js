// The page of the catalog: what it shows of an answer, and what its form says.

import { addressOf, stateOf } from "./state.js";
import { rowOf } from "./row.js";

const NUMBER = new Intl.NumberFormat("en");
// Pages on either side of the one that is shown.
const NEAR = 2;

const counted = (count) => `${NUMBER.format(count)} ${count === 1 ? "server" : "servers"}`;

export class View {
  // root: the element that holds all of it.
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("form");
    this.box = root.querySelector("input[type=search]");
    this.list = root.querySelector("#servers");
    this.told = root.querySelector("#told");
    this.chips = root.querySelector("#chosen");
    this.pages = root.querySelector("#pages");
    this.nothing = root.querySelector("#nothing");
    this.template = root.querySelector("template");
    this.inputs = [...this.form.querySelectorAll("input[type=checkbox]")];
  }

  // What the form says now; always of the first page.
  get state() {
    return stateOf(new URLSearchParams(new FormData(this.form)));
  }

  // The form as it was when somebody saw that state.
  set state(state) {
    this.box.value = state.text;
    for (const input of this.inputs) input.checked = Boolean(state.wanted[input.name]?.includes(input.value));
    this.form.elements.sort.value = state.sort;
  }

  show(answer) {
    this.list.replaceChildren(...answer.servers.map((server) => rowOf(server, this.template, this.root.dataset.root)));
    this.list.start = (answer.page - 1) * this.root.dataset.size + 1;
    this.list.removeAttribute("aria-busy");
    this.told.textContent = this.words(answer);
    this.nothing.hidden = answer.total > 0;
    this.showCounts(answer.counts);
    this.showChips(answer.state);
    this.showPages(answer);
  }

  words({ total, of, page, pages }) {
    const some = total === of ? counted(total) : `${NUMBER.format(total)} of ${counted(of)}`;
    return pages > 1 ? `${some}, page ${NUMBER.format(page)} of ${NUMBER.format(pages)}` : some;
  }

  showCounts(counts) {
    for (const input of this.inputs) {
      const count = counts[input.name]?.[input.value] ?? 0;
      const label = input.closest("label");
      label.querySelector("[data-count]").textContent = NUMBER.format(count);
      label.classList.toggle("cat-none", count === 0);
    }
  }

  // One button for each thing that is chosen, which takes it back.
  showChips(state) {
    const chosen = this.inputs.filter((input) => state.wanted[input.name]?.includes(input.value));
    const clear = chosen.length ? [button("Clear all", () => this.uncheck(chosen))] : [];
    this.chips.replaceChildren(...chosen.map((input) => this.chip(input)), ...clear);
  }

  chip(input) {
    const words = input.closest("label").querySelector("[data-label]").textContent;
    const one = button(words, () => this.uncheck([input]));
    one.setAttribute("aria-label", `Remove the filter ${words}`);
    return one;
  }

  uncheck(inputs) {
    for (const input of inputs) input.checked = false;
    this.form.dispatchEvent(new Event("change"));
    this.box.focus({ preventScroll: true });
  }

  showPages({ state, page, pages }) {
    const near = Array.from({ length: pages }, (_, place) => place + 1).filter(
      (one) => one === 1 || one === pages || Math.abs(one - page) <= NEAR,
    );
    this.pages.replaceChildren(...(pages > 1 ? near.map((one) => link(state, one, page)) : []));
    this.pages.hidden = pages < 2;
  }

  // The list that is there already is not what was asked for.
  wait() {
    this.list.setAttribute("aria-busy", "true");
    this.told.textContent = "Searching …";
  }

  failed() {
    this.told.textContent = "The search could not be loaded. These are the first servers; all are in the list by letter, below.";
    this.list.removeAttribute("aria-busy");
  }

  // The links to servers that are shown, in their order.
  get links() {
    return [...this.list.querySelectorAll("a")];
  }
}

function button(text, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", action);
  return element;
}

function link(state, number, page) {
  const element = document.createElement("a");
  element.href = `?${addressOf({ ...state, page: number })}`;
  element.dataset.page = number;
  element.textContent = NUMBER.format(number);
  element.setAttribute("aria-label", `Page ${NUMBER.format(number)}`);
  if (number === page) element.setAttribute("aria-current", "page");
  return element;
}
