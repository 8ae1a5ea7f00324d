"""Variables and parameters: what is meant as it is comes out as it is, and no value leaves its place in an address."""

import contextlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.fuzz.pieces import pieces, text_of

from hub_launch.catalog import Input
from hub_launch.config.variables import UnknownVariable, expanded, names_in
from hub_launch.errors import HubError
from hub_launch.plan.parameters import Parameter, Values, check_value

SEEDS = [
    b"${HOME}/x ${A:-b} $${c} ${",
    b"a/../b\x00{place}\x00filepath",
    b"..\x00https://{place}.example.org/{other}\x00number",
    b"x@evil.example.org/\x00{place}{place}\x00boolean",
]
WORDS = ["${", ":-", "$${", "{place}", "%2e", "..", "\\", "@", "#", "?"]
MOST = 500
FORMATS = ("string", "number", "boolean", "filepath")


def check(data: bytes) -> None:
    first, second, _ = pieces(data, 3)
    value, template = text_of(first).replace("\0", ""), text_of(second)
    with contextlib.suppress(UnknownVariable):
        expanded(value, {"A": template, "HOME": "${A}"})
    meant = value.replace("${", "$${")
    assert expanded(meant, {}) == value
    assert names_in(meant) == set()
    for form in FORMATS:
        with contextlib.suppress(HubError):
            check_value("server", Parameter("place", Input(format=form)), value, Path("/work"))
    stays_in_its_place(value)
    with contextlib.suppress(HubError):
        values = Values("server", {"place": [value]}, {}, Path("/work"))
        values.fill(template, {"place": Input()}, in_url=True)


def stays_in_its_place(value):
    values = Values("server", {"place": [value]}, {}, Path("/work"))
    try:
        url = values.fill(
            "https://api.example.org/a/{place}/b?c={place}", {"place": Input(is_secret=True)}, in_url=True
        )
    except HubError:
        return
    parts = urlsplit(url)
    assert parts.netloc == "api.example.org"
    assert parts.path.count("/") == 3
    assert unquote(parts.path.split("/")[2], errors="surrogateescape") == value
    assert not parts.fragment
