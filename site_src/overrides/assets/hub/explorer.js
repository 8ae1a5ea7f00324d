// The answer of an address below it, when its button is pressed. Without this script the link beside it opens the answer.

// More than anybody reads; the list of all servers may have fifty megabytes.
const MOST_LETTERS = 20_000;

for (const link of document.querySelectorAll("a[data-fetch]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "hub-button hub-button--quiet";
  button.textContent = "Fetch";
  const answer = document.createElement("div");
  answer.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => show(link.href, button, answer));
  const place = link.closest("p");
  place.append(" ", button);
  place.parentElement.append(answer);
}

async function show(address, button, answer) {
  button.disabled = true;
  const started = performance.now();
  try {
    const response = await fetch(address);
    const type = response.headers.get("content-type") ?? "";
    const text = await beginning(response);
    const took = Math.round(performance.now() - started);
    const status = document.createElement("p");
    status.textContent = `${response.status} ${response.statusText} · ${type} · ${took} ms`;
    const shown = document.createElement("pre");
    shown.tabIndex = 0;
    const code = document.createElement("code");
    code.textContent = readable(text);
    shown.append(code);
    answer.replaceChildren(status, shown);
  } catch (error) {
    answer.replaceChildren(`It cannot be fetched: ${error.message}`);
  }
  button.disabled = false;
}

// As much of the answer as is shown; the rest is not waited for.
async function beginning(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
    if (text.length > MOST_LETTERS) {
      await reader.cancel();
      return text.slice(0, MOST_LETTERS);
    }
  }
}

function readable(text) {
  const cut = text.length >= MOST_LETTERS ? "\n…" : "";
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON, or not all of it.
    return text + cut;
  }
}
