// What is looked for, as it is in the page's address: every list that somebody sees has one, and can be sent to others.

import { FACET_NAMES } from "./facets.js";
import { ORDER_NAMES } from "./orders.js";

// An address that somebody made by hand can be anything.
const MOST_LETTERS = 200;
const MOST_PAGES = 100_000;

// The words are in `find`: at `q` Material opens its search of the prose.
// parameters: URLSearchParams, or what is in the form. What is not understood is as good as not there.
export function stateOf(parameters) {
  const page = Number(parameters.get("page"));
  const sort = parameters.get("sort");
  return {
    text: (parameters.get("find") ?? "").slice(0, MOST_LETTERS),
    wanted: Object.fromEntries(FACET_NAMES.map((name) => [name, parameters.getAll(name)]).filter(([, values]) => values.length)),
    sort: ORDER_NAMES.includes(sort) ? sort : ORDER_NAMES[0],
    page: Number.isInteger(page) && page > 1 && page < MOST_PAGES ? page : 1,
  };
}

// The part of an address behind the question mark, empty for the usual list; the same state has one only.
export function addressOf(state) {
  const parameters = new URLSearchParams();
  if (state.text.trim()) parameters.set("find", state.text.trim());
  for (const name of FACET_NAMES) {
    for (const value of state.wanted[name] ?? []) parameters.append(name, value);
  }
  if (state.sort !== ORDER_NAMES[0]) parameters.set("sort", state.sort);
  if (state.page > 1) parameters.set("page", state.page);
  return parameters.toString();
}
