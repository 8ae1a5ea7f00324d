// In which order servers are listed.

const byText = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const byTitle = (one, other) => byText(one.title.toLowerCase(), other.title.toLowerCase()) || byText(one.id, other.id);
// Nothing is known of a start that took no time.
const start = (server) => server.startSeconds || Infinity;
const difference = (one, other) => (one === other ? 0 : one - other);

// What is most likely to work comes first: hub_build/pages/catalog.py has the same order, for readers without scripts.
const good = (server) => (server.status === "active" ? 4 : 0) + (server.verified ? 2 : 0) + (server.outcome === "passed" ? 1 : 0);

// By the name in the page's address; the first is the usual one, and with words it means how well they fit.
// To add one: a line here, and one in ORDERS of hub_build/pages/facets.py.
const ORDERS = {
  best: (one, other) => good(other) - good(one) || byText(other.published, one.published) || byTitle(one, other),
  name: byTitle,
  changed: (one, other) => byText(other.published, one.published) || byTitle(one, other),
  tools: (one, other) => other.tools.length - one.tools.length || byTitle(one, other),
  start: (one, other) => difference(start(one), start(other)) || byTitle(one, other),
};

export const ORDER_NAMES = Object.keys(ORDERS);

// Each order is made once, when somebody first wants it: to sort 25,000 for every letter typed takes too long.
export class Orders {
  constructor(servers) {
    this.servers = servers;
    this.known = {};
  }

  // `found`, numbers of servers, sorted. scores: how well each server fits what was typed, if anything was.
  sorted(found, name, scores) {
    const rank = this.rank(name);
    if (name === ORDER_NAMES[0] && scores) return found.sort((one, other) => scores[other] - scores[one] || rank[one] - rank[other]);
    return found.sort((one, other) => rank[one] - rank[other]);
  }

  // The place of each server in an order.
  rank(name) {
    this.known[name] ??= this.ranked(ORDERS[name]);
    return this.known[name];
  }

  ranked(compare) {
    const numbers = this.servers.map((_, number) => number).sort((one, other) => compare(this.servers[one], this.servers[other]));
    const rank = new Int32Array(numbers.length);
    numbers.forEach((number, place) => {
      rank[number] = place;
    });
    return rank;
  }
}
