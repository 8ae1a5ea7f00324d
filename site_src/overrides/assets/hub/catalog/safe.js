// A stranger's text as what it is: characters that nobody sees, or that turn the reading direction, become their names.
// The same as printable() of hub_launch/text.py.

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const SHORT = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

export function safe(text) {
  return text.replace(UNSAFE, (character) => SHORT[character] ?? named(character.codePointAt(0)));
}

function named(code) {
  const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
}
