"""The table of site_src/docs/conversion.md is what the converters do. To write it anew: WRITE_EXAMPLES=1."""

import os
import re
from pathlib import Path

import pytest

from hub_build.convert import FORMATS, Kind
from hub_build.samples import SAMPLES
from hub_launch.catalog import Entry
from hub_launch.errors import HubError

PAGE = Path(__file__).parents[3] / "site_src/docs/conversion.md"
HEADER = "| form | what it is | can start | has no place for |\n|---|---|---|---|\n"
WAYS = ("packages", "remotes", "openapi", "module")
EVERYTHING = {key: value for sample in SAMPLES for key, value in sample.items() if key not in WAYS} | {
    "_meta": {"io.modelcontextprotocol.registry/publisher-provided": {"tool": "x"}},
    "status": "deprecated",
}


def starts():
    """Each way to start a server, by the name that the page has for it."""
    given = {way: sample[way] for sample in SAMPLES for way in WAYS if way in sample}
    for kind in ("npm", "pypi", "oci"):
        digest = "@sha256:" + "0" * 64
        one = {"registryType": kind, "identifier": f"you/weather{digest}" if kind == "oci" else "weather"}
        integrity = {"integrity": "sha512-" + "A" * 86 + "=="} if kind == "npm" else {}
        yield kind, {"packages": [one | integrity | {"transport": {"type": "stdio"}}]}
    bundle = {"registryType": "mcpb", "identifier": "https://you.example/weather.mcpb", "fileSha256": "0" * 64}
    yield "mcpb", {"packages": [bundle | {"transport": {"type": "stdio"}}]}
    yield from ((way, {way: given[way]}) for way in WAYS[1:])


def part_of(field):
    """`weather.icons.0.theme` is about `icons.theme`."""
    return ".".join([part for part in field.split(".")[1:] if not part.isdecimal()][:2])


def row(name):
    form, can, lost = FORMATS[name], [], set()
    for way, start in starts():
        try:
            _, notes = form.write([Entry.model_validate(EVERYTHING | start)])
        except HubError:
            continue
        fields = {part_of(note.field) for note in notes if note.kind is Kind.LOST}
        if not any(note.kind is Kind.REFUSED for note in notes) and not fields & (start.keys() - {"remotes"}):
            can.append(way)
            lost |= fields - start.keys()
    words = ", ".join(f"`{key}`" for key in sorted(lost))
    return f"| `{name}` | {form.what} | {', '.join(can)} | {words or 'nothing'} |\n"


def test_the_table_says_what_each_form_can_hold():
    table = HEADER + "".join(map(row, FORMATS))
    text = PAGE.read_text(encoding="utf-8")
    there = re.search(re.escape(HEADER) + r"(\|.*\n)*", text)
    assert there
    if os.environ.get("WRITE_EXAMPLES"):
        PAGE.write_text(text.replace(there[0], table), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
    assert table in text


@pytest.mark.parametrize("name", FORMATS)
def test_every_form_is_in_the_table(name):
    assert f"| `{name}` |" in PAGE.read_text(encoding="utf-8")
