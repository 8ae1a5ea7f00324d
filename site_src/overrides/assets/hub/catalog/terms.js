// Which words of an index a word that somebody types may mean: itself, what it begins, or what it is a slip of.

// As far from the word as this: a third of a short word is another word.
const ONE_SLIP_FROM = 4;
const TWO_SLIPS_FROM = 8;
// How much less a find counts than the very word.
const BEGUN = 0.75;
const SLIPPED = [1, 0.4, 0.2];
// With fewer finds than this a word may be misspelt, even if somebody else misspelt it too.
const FEW = 10;

// One bit for each letter that is in a word: two words with other letters need no closer look.
export function letters(word) {
  let bits = 0;
  for (let place = 0; place < word.length; place += 1) bits |= 1 << (word.charCodeAt(place) & 31);
  return bits;
}

// Pairs of a term's number and how well it fits, between 0 and 1. index: see index.js.
export function matchingTerms(index, word) {
  const found = begun(index, word, 1);
  // "reads" is "read", and "files" is "file".
  if (word.length >= ONE_SLIP_FROM && word.endsWith("s")) found.push(...begun(index, word.slice(0, -1), BEGUN));
  const finds = found.reduce((sum, [term]) => sum + index.ends[term] - index.begins[term], 0);
  return finds < FEW ? [...found, ...slipped(index, word)] : found;
}

function begun(index, word, factor) {
  const found = [];
  for (let term = firstFrom(index.terms, word); term < index.terms.length; term += 1) {
    if (!index.terms[term].startsWith(word)) break;
    found.push([term, factor * (index.terms[term] === word ? 1 : BEGUN)]);
  }
  return found;
}

function firstFrom(terms, word) {
  let low = 0;
  let high = terms.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (terms[middle] < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

function slipped(index, word) {
  const most = word.length >= TWO_SLIPS_FROM ? 2 : word.length >= ONE_SLIP_FROM ? 1 : 0;
  const found = [];
  if (!most) return found;
  const wanted = letters(word);
  index.terms.forEach((term, number) => {
    if (term.length < word.length - most || bits(wanted & ~index.letters[number]) > most) return;
    const slips = slipsBetween(word, term, most);
    if (slips > 0 && slips <= most) found.push([number, SLIPPED[slips]]);
  });
  return found;
}

function bits(number) {
  let count = 0;
  for (let rest = number; rest; rest &= rest - 1) count += 1;
  return count;
}

// How many letters were left out, added, changed or exchanged with their neighbours to make `word` of what `term` begins
// with (Damerau and Levenshtein's distance to the nearest beginning); more than `most` once that is sure.
function slipsBetween(word, term, most) {
  const width = Math.min(term.length, word.length + most);
  let before = [];
  let above = Array.from({ length: width + 1 }, (_, place) => place);
  for (let row = 1; row <= word.length; row += 1) {
    const line = [row];
    let best = row;
    for (let place = 1; place <= width; place += 1) {
      const same = word[row - 1] === term[place - 1];
      let slips = Math.min(above[place] + 1, line[place - 1] + 1, above[place - 1] + (same ? 0 : 1));
      if (row > 1 && place > 1 && word[row - 1] === term[place - 2] && word[row - 2] === term[place - 1]) {
        slips = Math.min(slips, before[place - 2] + 1);
      }
      line.push(slips);
      if (slips < best) best = slips;
    }
    if (best > most) return best;
    before = above;
    above = line;
  }
  return Math.min(...above);
}
