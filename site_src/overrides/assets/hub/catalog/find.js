// Which servers have the words that somebody typed, and how well they fit.

import { WEIGHT_BITS } from "./index.js";
import { matchingTerms } from "./terms.js";
import { wordsOf } from "./words.js";

// Who types a server's id means that server; and who has all of the words goes before who has some.
const THIS_ONE = 1000;
const ALL_WORDS = 100;
// With fewer servers than this that have all of the words, those follow that have the one that tells most.
const FEW = 10;
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
  const finds = words.map((word) => findsOf(index, word)).filter((one) => one.count);
  const total = new Float32Array(index.count);
  const had = (server) => finds.reduce((count, one) => count + (one.fit[server] > 0 ? 1 : 0), 0);
  const counts = Uint8Array.from(total, (_, server) => had(server));
  const most = counts.reduce((best, count) => Math.max(best, count), 0);
  const all = counts.reduce((sum, count) => sum + (count === most ? 1 : 0), 0);
  const rarest = finds.reduce((one, other) => (other.count < one.count ? other : one), finds[0]);
  for (let server = 0; server < index.count && most; server += 1) {
    if (counts[server] < most && (all >= FEW || !rarest.fit[server])) continue;
    const sum = finds.reduce((score, one) => score + one.fit[server] * one.weight, 0);
    // Of two that have the same words, the one first that is called little else.
    total[server] = sum + (counts[server] === most ? ALL_WORDS : 0) + 1 / ids[server].length;
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

// How well each server fits one word, how many do, and what the word weighs: one that few servers have tells more than
// one that most have.
function findsOf(index, word) {
  const fit = new Float32Array(index.count);
  let count = 0;
  for (const [term, likeness] of matchingTerms(index, word)) {
    for (let place = index.begins[term]; place < index.ends[term]; place += 1) {
      const posting = index.postings[place];
      const server = posting >> WEIGHT_BITS;
      const score = (posting & WEIGHT) * likeness;
      if (fit[server] === 0) count += 1;
      if (score > fit[server]) fit[server] = score;
    }
  }
  return { fit, count, weight: Math.log(1 + index.count / Math.max(count, 1)) };
}
