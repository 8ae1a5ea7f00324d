import json

import pytest

from hub_build.bump.newer import Newer
from hub_build.bump.report import FORMATS
from hub_build.bump.run import Bump
from hub_build.cli.bump import FORMAT_NAMES
from hub_build.upstream import Release

NEWER = Newer(Release("npm", "x", "1.1"), {})
BUMPS = [
    Bump("same", "current", "1.0"),
    Bump("good", "trivial", "1.0", NEWER),
    Bump("doubtful", "review", "1.0", NEWER, ("tool + <b>send</b> | \x1b[2J",)),
    Bump("gone", "failed", "1.0", None, ("there is no package gone",)),
]


def test_text_tells_what_is_new_and_why_a_person_is_needed():
    assert FORMATS["text"](BUMPS).splitlines() == [
        "good: 1.0 -> 1.1: may be published without a person",
        "doubtful: 1.0 -> 1.1: needs a person",
        r"    tool + <b>send</b> | \x1b[2J",
        "gone: 1.0: could not be looked up",
        "    there is no package gone",
        "",
        "4 servers: 1 current, 1 trivial, 1 review, 1 failed",
    ]


def test_json_says_which_a_workflow_may_merge():
    bumps = json.loads(FORMATS["json"](BUMPS))["bumps"]
    assert [(bump["id"], bump["trivial"]) for bump in bumps] == [
        ("same", False),
        ("good", True),
        ("doubtful", False),
        ("gone", False),
    ]
    assert bumps[1]["from"] == "1.0"
    assert bumps[1]["to"] == "1.1"


def test_markdown_of_strangers_is_no_markup():
    report = FORMATS["markdown"](BUMPS)
    assert "| good | ` 1.0 -> 1.1 ` | may be published without a person |" in report
    assert r"- **doubtful**: ` tool + <b>send</b> | \x1b[2J `" in report


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_do_is_said(name):
    assert FORMATS[name]([])


def test_all_formats_can_be_asked_for():
    assert set(FORMAT_NAMES) == set(FORMATS)
