"""How soon the catalog of a large site can be used on a slow processor, and how long a letter takes that is typed.

In a headless Chromium that makes the page slower (Emulation.setCPUThrottlingRate). "Interactive" is the time from the
start of the navigation until the page shows the answer to what stands in its address. "A letter" is from a change of
the box to the list that answers it. Chromium makes no workers slower: what the index takes there stands beside it.
"""

import contextlib
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bigsite.servers import compiled
from bigsite.site import write_bigsite
from hubs.install import NotInstalled
from hubs.samples import Measure, Section, Wanted
from hubs.scale import Run
from playwright.sync_api import Browser, Page, sync_playwright

from hub_launch.programs import find_program

# A phone of the middle is about this much slower than a desktop (Lighthouse's own choice).
RATE = 4
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


MEASURES = (
    Measure("interactive", "can be used after", "ms", better="less"),
    Measure("index", "of that, the index", "ms"),
    Measure("letter", "a letter", "ms"),
    Measure("slowest", "slowest letter", "ms"),
)
PROSE = "a page of prose, loaded"
# What the goal is for, and what comes after that.
GOAL_SIZE, MORE = 10_000, 25_000

INTERACTIVE = Wanted(f"{GOAL_SIZE:,} servers: can be used after, milliseconds", 1_500)


def catalog(run: Run) -> list[Section]:
    """Catalogs of two sizes, beside a page of prose. Raises NotInstalled where there is no Chromium."""
    program = chromium()
    sizes = sorted({min(GOAL_SIZE, run.scale.listed), min(MORE, run.scale.listed)})
    rows = {size: f"{size:,} servers" for size in sizes}
    about = f"In a headless Chromium made {RATE} times slower; the index is made in a worker, which is not."
    section = Section("The catalog", about, MEASURES, tuple(rows.values()), ())
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder:
        for size, row in rows.items():
            # The prose of both is the same, and is built once.
            write_bigsite(Path(folder, row), compiled(size), Path(folder, "memory"), lambda id_: False)
            _measure(section, row, Path(folder, row), program, run.scale.rounds)
    if rows.get(GOAL_SIZE):
        section.goals.append(INTERACTIVE.got(section.value(rows[GOAL_SIZE], "interactive")))
    return [section]


def chromium() -> str:
    """The system's. Raises NotInstalled."""
    if program := find_program("chromium") or find_program("google-chrome"):
        return program
    raise NotInstalled("there is no Chromium here")


def _measure(section: Section, row: str, site: Path, program: str, rounds: int) -> None:
    with served(site) as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        for _ in range(rounds):
            section.add(row, **visit(browser.new_page(), url))
            section.add(PROSE, interactive=read(browser, url))
        browser.close()


def read(browser: Browser, url: str) -> float:
    """Milliseconds until a page of prose is loaded, by somebody who was never here."""
    page = browser.new_page()
    _slowed(page)
    page.goto(f"{url}/docs/faq/", wait_until="load")
    loaded: float = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventStart")
    page.close()
    return loaded


def visit(page: Page, url: str) -> dict[str, float]:
    """One visit of somebody who types at once."""
    _slowed(page)
    page.add_init_script(WATCH)
    page.goto(f"{url}/?find=pdf", wait_until="commit")
    page.wait_for_function("() => window.ready", timeout=120_000)
    ready = page.evaluate("window.ready")
    # Material's search of the prose has one too.
    index = next(one for one in page.workers if one.url.endswith("/catalog/worker.js")).evaluate(INDEX)
    letters = [page.evaluate("(words) => window.asked(words)", words) for words in TYPED]
    page.close()
    return {
        "interactive": ready,
        "index": index,
        "letter": statistics.median(letters),
        "slowest": max(letters),
    }


def _slowed(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": RATE})


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
