// Answers questions about search.json, away from the page: what is typed is seen at once, whatever is done.

import { Catalog } from "./catalog.js";

let catalog = null;
// Only the last question counts: nobody waits for the answers to the letters before.
let asked = null;

addEventListener("message", ({ data }) => {
  if (data.bytes) read(data.bytes);
  else ask(data);
});

function read(bytes) {
  try {
    catalog = new Catalog(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    postMessage({ failed: String(error.message) });
    return;
  }
  answer();
}

function ask(question) {
  // What came in the meantime is read first.
  if (catalog && !asked) setTimeout(answer);
  asked = question;
}

function answer() {
  if (!asked) return;
  const { number, state } = asked;
  asked = null;
  postMessage({ number, state, ...catalog.answer(state) });
}
