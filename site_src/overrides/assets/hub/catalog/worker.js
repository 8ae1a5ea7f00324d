// Answers questions about search.json, away from the page: what is typed is seen at once, whatever is done.

import { Catalog } from "./catalog.js";

let catalog = null;
let failure = null;
// Only the last question counts: nobody waits for the answers to the letters before.
let asked = null;

addEventListener("message", ({ data }) => {
  if (data.address) read(data.address);
  else ask(data);
});

async function read(address) {
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(response.status);
    catalog = new Catalog(await response.json());
  } catch (error) {
    // Told to who asks: nobody may listen yet.
    failure = String(error.message);
  }
  answer();
}

function ask(question) {
  // What came in the meantime is read first.
  if ((catalog || failure) && !asked) setTimeout(answer);
  asked = question;
}

function answer() {
  if (!asked) return;
  const { number, state } = asked;
  asked = null;
  postMessage(failure ? { failed: failure } : { number, state, ...catalog.answer(state) });
}
