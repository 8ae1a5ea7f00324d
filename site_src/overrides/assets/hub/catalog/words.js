// The words of a text, as they are compared: lower case, without accents.

const WORDS = /[a-z0-9]+/g;
const ANY_WORDS = /[\p{L}\p{N}]+/gu;
// eslint-disable-next-line no-control-regex
const BEYOND_ASCII = /[^\x00-\x7f]/;

export function wordsOf(text) {
  // Nearly all texts are ASCII, for which the plain expressions take a third of the time.
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase().match(WORDS) ?? [];
  const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.match(ANY_WORDS) ?? [];
}
