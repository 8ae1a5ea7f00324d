// Which servers have the words that somebody typed, and how well they fit.

import { WEIGHT_BITS } from "./index.js";
import { matchingTerms } from "./terms.js";
import { wordsOf } from "./words.js";

// Who types a server's id means that server.
const THIS_ONE = 100;
// Nobody types more, and each word takes its time.
const MOST_WORDS = 12;
const WEIGHT = (1 << WEIGHT_BITS) - 1;
// What people put around the words that they mean: nearly every server here is a server.
const AROUND = new Set("a an and can for from i in is it mcp me my need of on or server servers that the to want which with".split(" "));

// For each server how well it fits, 0 for not at all; null if nothing is looked for. A server fits if it has as many of
// the words as any server has: all of them, mostly. ids: of all servers, in the index's order.
export function scores(index, ids, text) {
  const words = meantBy(text);
  if (!words.length) return null;
  const total = new Float32Array(index.count);
  const had = new Uint8Array(index.count);
  for (const word of words) addWord(index, word, total, had);
  const most = had.reduce((best, count) => Math.max(best, count), 0);
  for (let server = 0; server < index.count; server += 1) {
    if (had[server] < most || !most) total[server] = 0;
    // Of two that have the same words, the one first that is called little else.
    else total[server] += 1 / ids[server].length;
  }
  const meant = ids.indexOf(wordsOf(text).join("-"));
  if (meant >= 0) total[meant] += THIS_ONE;
  return total;
}

function meantBy(text) {
  const all = [...new Set(wordsOf(text))];
  const told = all.filter((word) => !AROUND.has(word));
  return (told.length ? told : all).slice(0, MOST_WORDS);
}

function addWord(index, word, total, had) {
  const best = new Float32Array(index.count);
  let finds = 0;
  for (const [term, fit] of matchingTerms(index, word)) {
    for (let place = index.begins[term]; place < index.ends[term]; place += 1) {
      const posting = index.postings[place];
      const server = posting >> WEIGHT_BITS;
      const score = (posting & WEIGHT) * fit;
      if (best[server] === 0) finds += 1;
      if (score > best[server]) best[server] = score;
    }
  }
  if (!finds) return;
  // A word that few servers have tells more than one that most have.
  const rarity = Math.log(1 + index.count / finds);
  for (let server = 0; server < index.count; server += 1) {
    if (best[server] === 0) continue;
    total[server] += best[server] * rarity;
    had[server] += 1;
  }
}
