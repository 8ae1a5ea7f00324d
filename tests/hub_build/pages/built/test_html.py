"""Pages are valid HTML, as html-validate says.

Its rules are those of the standard, and it runs on the Node that the tests have anyway. The Nu checker finds the same
in these pages, and needs Java.
"""

import json
import subprocess
from itertools import groupby

import pytest

# The site is made once, for all that look at it.
pytestmark = pytest.mark.xdist_group("pages")

VALIDATOR = ("html-validate@11.18.0", "bin/html-validate.mjs")
SECONDS = 120

CONFIG = {
    "root": True,
    "extends": ["html-validate:standard"],
    # Material switches its drawer by a checkbox without a form, and keeps Firefox from remembering it.
    # Columns of numbers are aligned by an old attribute, since our policy forbids styles (mkdocs.yml).
    "rules": {"valid-autocomplete": "off", "no-deprecated-attr": "off"},
}


# The validator takes a third of a second for ten pages, of which the project's registry has hundreds from one template.
EVERY = 10


@pytest.mark.e2e
@pytest.mark.parametrize("site", ["hostile", pytest.param("real", marks=pytest.mark.long)], indirect=True)
def test_every_page_is_valid(site, npm_program, tmp_path):
    assert faults({path: site.files[path] for path in site.pages}, npm_program, tmp_path) == []


@pytest.mark.e2e
def test_real_pages_of_each_kind_are_valid(real, npm_program, tmp_path):
    kinds = {kind: list(paths) for kind, paths in groupby(sorted(real.pages), lambda path: path.split("/")[0])}
    # Each of the prose was written by hand.
    some = [path for kind, paths in kinds.items() for path in (paths if kind == "docs" else paths[::EVERY])]
    assert {"index.html", "api", "servers"} < set(kinds)
    assert faults({path: real.files[path] for path in some}, npm_program, tmp_path) == []


@pytest.mark.e2e
def test_a_fault_would_be_found(npm_program, tmp_path):
    page = b'<!doctype html><html lang="en"><head><title>x</title></head><body><p><div></div></p></body></html>'
    assert faults({"x.html": page}, npm_program, tmp_path) != []


def faults(pages, npm_program, folder):
    command = npm_program(*VALIDATOR)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    for path, data in pages.items():
        (folder / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site" / path).write_bytes(data)
    words = ["--config", folder / "config.json", "--formatter", "json=found.json", "site/**/*.html"]
    done = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{one['filePath']}:{found['line']}: {found['ruleId']}: {found['message']}"
        for one in json.loads((folder / "found.json").read_text())
        for found in one["messages"]
    ]
