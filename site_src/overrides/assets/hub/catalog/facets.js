// What servers are chosen by, and how many there are of each.

// By the name in the page's address: which values a server has. A row of search.json has no other words for them.
// To add one: a line here, and one in FACETS of hub_build/pages/facets.py, which labels its values.
const FACETS = {
  category: (server) => server.categories,
  verified: (server) => (server.verified ? ["yes"] : []),
  tested: (server) => (server.outcome === "passed" ? ["yes"] : []),
  credentials: (server) => [server.credentials],
  where: (server) => placesOf(server.kinds),
  kind: (server) => server.kinds,
  network: (server) => [server.network],
  files: (server) => [server.filesystem],
  sandbox: (server) => (server.tier ? [server.tier] : []),
};

export const FACET_NAMES = Object.keys(FACETS);

// One bit a value, in a number that has 32.
const MOST_VALUES = 31;

function placesOf(kinds) {
  const local = kinds.some((kind) => kind !== "remote") ? ["local"] : [];
  return kinds.includes("remote") ? [...local, "remote"] : local;
}

export class Facets {
  constructor(servers) {
    this.count = servers.length;
    this.columns = FACET_NAMES.map((name) => columnOf(servers, FACETS[name]));
  }

  // wanted: by facet, a list of values of which a server must have one. fits: whether to look at a server, by number.
  // Returns the numbers of the servers that have all, and for each facet how many there would be with each value: as if
  // nothing were wanted of that facet alone.
  chosen(wanted, fits) {
    const masks = this.columns.map((column, facet) => maskOf(column, wanted[FACET_NAMES[facet]]));
    const counts = this.columns.map((column) => new Int32Array(column.values.length));
    const found = [];
    for (let server = 0; server < this.count; server += 1) {
      if (!fits(server)) continue;
      const missed = this.missed(server, masks);
      if (missed === NOTHING) found.push(server);
      if (missed !== MUCH) this.tally(server, missed, counts);
    }
    return { found, counts: this.named(counts) };
  }

  // NOTHING, the one facet of which the server has no wanted value, or MUCH.
  missed(server, masks) {
    let missed = NOTHING;
    for (let facet = 0; facet < masks.length; facet += 1) {
      if ((this.columns[facet].bits[server] & masks[facet]) !== 0 || masks[facet] === ANY) continue;
      if (missed !== NOTHING) return MUCH;
      missed = facet;
    }
    return missed;
  }

  tally(server, missed, counts) {
    for (let facet = 0; facet < counts.length; facet += 1) {
      if (missed !== NOTHING && missed !== facet) continue;
      for (let bits = this.columns[facet].bits[server]; bits; bits &= bits - 1) {
        counts[facet][31 - Math.clz32(bits & -bits)] += 1;
      }
    }
  }

  named(counts) {
    const byValue = (facet) => this.columns[facet].values.map((value, place) => [value, counts[facet][place]]);
    return Object.fromEntries(FACET_NAMES.map((name, facet) => [name, Object.fromEntries(byValue(facet))]));
  }
}

const NOTHING = -1;
const MUCH = -2;
const ANY = ~0;

function columnOf(servers, valuesOf) {
  const values = [];
  const bits = new Int32Array(servers.length);
  servers.forEach((server, number) => {
    for (const value of valuesOf(server)) {
      let place = values.indexOf(value);
      if (place < 0 && values.length < MOST_VALUES) place = values.push(value) - 1;
      if (place >= 0) bits[number] |= 1 << place;
    }
  });
  return { values, bits };
}

// The bits of the wanted values; a value that no server has is no bit, and nothing is found.
function maskOf(column, wanted) {
  if (!wanted?.length) return ANY;
  return column.values.reduce((mask, value, place) => (wanted.includes(value) ? mask | (1 << place) : mask), 0);
}
