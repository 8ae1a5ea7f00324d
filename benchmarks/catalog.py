"""How soon the catalog of a large site can be used on a slow processor, and how long a letter takes that is typed.

In a headless Chromium that makes the page slower (Emulation.setCPUThrottlingRate). "Interactive" is the time from the
start of the navigation until the page shows the answer to what stands in its address. "A letter" is from a change of
the box to the list that answers it. Chromium makes no workers slower: what the index takes there stands beside it.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bigsite.servers import compiled
from bigsite.site import write_bigsite
from playwright.sync_api import Page, sync_playwright

SIZES = (10_000, 25_000)
# A phone of the middle is about this much slower than a desktop (Lighthouse's own choice).
RATE = 4
ROUNDS = 5
# Each of them is typed as one letter after another would be.
TYPED = ("p", "pd", "pdf", "pdf r", "pdf re", "pdf rea", "pdf read", "kuberneets", "postgers tabels")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
# From the first millisecond, in the page itself: no message to and from this program is part of a number.
WATCH = """
addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("#find");
  const told = document.querySelector("#told");
  window.asked = (words) => new Promise((done) => {
    const start = performance.now();
    new MutationObserver((_, watch) => {
      watch.disconnect();
      requestAnimationFrame(() => done(performance.now() - start));
    }).observe(told.parentElement.parentElement.querySelector("#servers"), { childList: true });
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  new MutationObserver((_, watch) => {
    if (!/\\d.* of /.test(told.textContent)) return;
    watch.disconnect();
    requestAnimationFrame(() => { window.ready = performance.now(); });
  }).observe(told, { childList: true });
});
"""

# In the worker, whose modules are there already: what it does between the data and the first answer.
INDEX = """async () => {
  const { Catalog } = await import(new URL("catalog.js", location.href));
  const text = await (await fetch(new URL("../../../../search.json", location.href))).text();
  const start = performance.now();
  new Catalog(JSON.parse(text)).answer({ text: "pdf", wanted: {}, sort: "best", page: 1 });
  return performance.now() - start;
}"""


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of servers (default: %(default)s)")
    parser.add_argument("--rate", type=int, default=RATE, help="how many times slower (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args(argv)
    results = []
    for size in arguments.sizes or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(Path(folder), size, arguments.rate))
        print(f"{size} servers measured", file=sys.stderr)
    machine = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "rate": arguments.rate}
    print(json.dumps({"machine": machine, "results": results}, indent=2) if arguments.json else table(machine, results))
    return 0


def measure(folder: Path, size: int, rate: int) -> dict[str, float]:
    """Medians of some rounds, in milliseconds, and the size of what is loaded, in megabytes."""
    write_bigsite(folder / "site", compiled(size), folder / "memory", lambda id_: False)
    found: dict[str, float] = {"servers": size, "search.json MB": (folder / "site/search.json").stat().st_size / 1e6}
    with served(folder / "site") as url, sync_playwright() as driver:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        rounds = [visit(browser.new_page(), url, rate) for _ in range(ROUNDS)]
        browser.close()
    return found | {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def visit(page: Page, url: str, rate: int) -> dict[str, float]:
    """One visit of somebody who types at once."""
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    page.add_init_script(WATCH)
    page.goto(f"{url}/?find=pdf", wait_until="commit")
    page.wait_for_function("() => window.ready", timeout=120_000)
    ready = page.evaluate("window.ready")
    # Material's search of the prose has one too.
    index = next(one for one in page.workers if one.url.endswith("/catalog/worker.js")).evaluate(INDEX)
    letters = [page.evaluate("(words) => window.asked(words)", words) for words in TYPED]
    slow.detach()
    page.close()
    return {
        "interactive ms": ready,
        "index ms": index,
        "a letter ms": statistics.median(letters),
        "slowest letter ms": max(letters),
    }


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder behind `hub-build serve`: its address."""
    command = [sys.executable, "-m", "hub_build.cli.main", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield re.findall(r"http://\S+", line)[0]
        finally:
            process.terminate()


def table(machine: dict[str, Any], results: list[dict[str, float]]) -> str:
    """The results as a table in Markdown."""
    names = list(results[0])
    head = f"{machine['cores']} cores, load {machine['load']:.1f}, made {machine['rate']} times slower"
    lines = [head, "", f"| {' | '.join(names)} |", f"|{'--:|' * len(names)}"]
    cells = ([f"{one[name]:.1f}" if "MB" in name else f"{one[name]:,.0f}" for name in names] for one in results)
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in cells)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
