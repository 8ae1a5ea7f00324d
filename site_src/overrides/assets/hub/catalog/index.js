// An index of the words of all servers, made in the browser of what search.json says.
//
// Own code and not a library, because of what was measured with 10,000 real names, descriptions and lists of tools
// (benchmarks/README.md): MiniSearch takes five times as long to make its index, which is more than a slow phone may
// take for everything; uFuzzy needs none, but knows no fields and puts what people look for somewhere in the list.

import { letters } from "./terms.js";
import { wordsOf } from "./words.js";

// What a server is called beats what is said about it. The same as in `hub-launch search`, and tools.
const NAME = 8;
const TITLE = 6;
const TAG = 4;
const TOOL = 3;
const DESCRIPTION = 2;
// A posting is one number: the server's, and in its lowest bits the weight.
export const WEIGHT_BITS = 4;

// Nearly every name is of this namespace: whoever looks for git does not mean all of them.
const COMMON = "io.github.";

// terms: all words, sorted; letters: see there. The postings of a term are those from `begins` to `ends` of it.
export class Index {
  // servers: objects with id, name, title, description, categories, tags and tools.
  constructor(servers) {
    const numbers = new Map();
    const places = [];
    const postings = new Postings();
    servers.forEach((server, number) => {
      for (const [weight, text] of textsOf(server)) {
        for (const word of wordsOf(text)) {
          let term = numbers.get(word);
          if (term === undefined) {
            term = numbers.size;
            numbers.set(word, term);
            places.push(-1);
          }
          places[term] = postings.add(term, number, weight, places[term]);
        }
      }
    });
    this.count = servers.length;
    this.terms = [...numbers.keys()].sort();
    this.letters = Int32Array.from(this.terms, letters);
    const order = Int32Array.from(this.terms, (term) => numbers.get(term));
    Object.assign(this, postings.sorted(order));
  }
}

function textsOf(server) {
  const [owner, name] = server.name.replace(COMMON, "").split("/");
  return [
    // People also write in one word what is two.
    [NAME, `${server.id} ${server.id.replaceAll("-", "")} ${name}`],
    [TITLE, server.title],
    [TAG, `${server.tags.join(" ")} ${server.categories.join(" ")} ${owner}`],
    [TOOL, server.tools.join(" ")],
    [DESCRIPTION, server.description],
  ];
}

// Which term is in which server, in one growing table: a hundred thousand small lists would take twice as long.
class Postings {
  constructor() {
    this.terms = new Int32Array(1 << 16);
    this.values = new Int32Array(1 << 16);
    this.length = 0;
  }

  // The place of the pair; it is not added again if `last`, where the term was added before, is of the same server.
  // Texts come with the heaviest first.
  add(term, server, weight, last) {
    if (last >= 0 && this.values[last] >> WEIGHT_BITS === server) return last;
    if (this.length === this.terms.length) this.grow();
    this.terms[this.length] = term;
    this.values[this.length] = (server << WEIGHT_BITS) | weight;
    this.length += 1;
    return this.length - 1;
  }

  grow() {
    for (const name of ["terms", "values"]) {
      const larger = new Int32Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }

  // All of one term together, terms in `order`: where each begins and ends, and the postings.
  sorted(order) {
    const counts = new Int32Array(order.length);
    for (let place = 0; place < this.length; place += 1) counts[this.terms[place]] += 1;
    const begins = new Int32Array(order.length);
    const ends = new Int32Array(order.length);
    const next = new Int32Array(order.length);
    let place = 0;
    order.forEach((term, number) => {
      begins[number] = place;
      next[term] = place;
      place += counts[term];
      ends[number] = place;
    });
    const postings = new Int32Array(this.length);
    for (let each = 0; each < this.length; each += 1) postings[next[this.terms[each]]++] = this.values[each];
    return { begins, ends, postings };
  }
}
