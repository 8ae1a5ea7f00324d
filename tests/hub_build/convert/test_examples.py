"""Every folder tests/examples/convert/<form>/<case>/ is a test: a source, the entries it becomes, and the notes.

`<id>.yaml` is the entry as it is written, `notes.txt` every note of the case. The facts are those of conftest.py.
"""

import os
from pathlib import Path

import pytest
from tests.hub_build.convert.contract import is_entry

from hub_build.convert import FORMATS, Ids, detected, imported
from hub_build.convert.emit import emit
from hub_build.convert.source import read_document

EXAMPLES = Path(__file__).parents[2] / "examples/convert"
SOURCES = ("source.json", "source.yaml", "server.yaml")

CASES = [pytest.param(case, id=f"{case.parent.name}-{case.name}") for case in sorted(EXAMPLES.glob("*/*"))]


def source_of(case):
    return next(case / name for name in SOURCES if (case / name).exists())


def result_of(case, facts):
    form = case.parent.name
    document = read_document(source_of(case), "source")
    assert detected(document) == form
    servers = list(imported(document, form, facts, Ids()))
    entries = [one for one in servers if one.newest and is_entry(one.document or {})]
    files = {f"{one.text('id')}.yaml": emit(one.document).decode() for one in entries}
    notes = [
        " | ".join((one.source, one.text("version"), note.kind, note.field, note.value, note.because))
        for one in servers
        for note in one.notes
    ]
    return files | {"notes.txt": "\n".join(notes) + "\n"}


@pytest.mark.parametrize("case", CASES)
def test_a_source_becomes_these_entries_with_these_notes(case, facts):
    result = result_of(case, facts)
    if os.environ.get("WRITE_EXAMPLES"):
        for name, text in result.items():
            (case / name).write_text(text, encoding="utf-8")
    there = {path.name: path.read_text(encoding="utf-8") for path in case.iterdir() if path.name not in SOURCES}
    assert result == there


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_has_an_example(form):
    assert any(case.values[0].parent.name == form for case in CASES)


@pytest.mark.parametrize("case", CASES)
def test_no_secret_of_an_example_gets_out(case, facts):
    assert "not-for-anyone" not in "".join(result_of(case, facts).values())
