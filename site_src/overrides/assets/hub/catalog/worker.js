// Reads search.json and answers questions about it, away from the page: what is typed is seen at once, whatever is done.

import { Catalog } from "./catalog.js";

let catalog = null;
// Only the last question counts: nobody waits for the answers to the letters before.
let asked = null;

addEventListener("message", ({ data }) => {
  if (data.address) load(data.address);
  else ask(data);
});

async function load(address) {
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${response.status} for ${address}`);
    catalog = new Catalog(await response.json());
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
