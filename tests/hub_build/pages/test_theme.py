"""The colours: text has the contrast that WCAG 2.2 asks for (AA), in the light and in the dark."""

import re

import pytest

from hub_build.pages.source import find_source
from hub_build.pages.tile import TONES, letter, tone

ASSETS = find_source().root / "site_src/overrides/assets/hub"
THEME, PARTS = ((ASSETS / name).read_text() for name in ("theme.css", "hub.css"))
COLOURS = {
    name: (light, dark) for name, light, dark in re.findall(r"--hub-([a-z-]+): light-dark\((#\w+), (#\w+)\)", THEME)
}
# Of text, and of the edges by which a control is known.
TEXT, EDGE = 4.5, 3.0

GROUNDS = ("paper", "card", "sunk")


def luminance(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        *((name, (*GROUNDS, "tint")) for name in ("ink", "soft", "accent")),
        *((name, (*GROUNDS, f"{name}-tint")) for name in ("good", "warn", "bad")),
        ("on-accent", ("accent",)),
    ],
)
def test_text_is_readable_on_all_that_is_behind_it(scheme, text, grounds):
    for ground in grounds:
        assert contrast(COLOURS[text][scheme], COLOURS[ground][scheme]) >= TEXT, (text, ground)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_controls_are_seen(scheme):
    for ground in GROUNDS:
        assert contrast(COLOURS["edge"][scheme], COLOURS[ground][scheme]) >= EDGE


def test_letters_on_tiles_are_readable():
    found = re.findall(
        r'data-tone="(\d)"\] \{ color: light-dark\((#\w+), (#\w+)\); background: light-dark\((#\w+), (#\w+)\)', PARTS
    )
    # The first is the accent on its tint.
    assert [number for number, *_ in found] == [str(number) for number in range(1, TONES)]
    for _, *colours in found:
        assert contrast(colours[0], colours[2]) >= TEXT
        assert contrast(colours[1], colours[3]) >= TEXT


def test_a_server_has_the_same_tile_everywhere():
    assert [tone(id_) for id_ in ("time", "time", "git")] == [tone("time"), tone("time"), tone("git")]
    assert {tone(f"server-{number}") for number in range(100)} == set(range(TONES))


@pytest.mark.parametrize(
    ("title", "shown"),
    [("time", "T"), ("«Ω»", "Ω"), ("7zip", "7"), ("ßx", "S"), ("...", "·"), ("", "·"), ("日本", "日")],
)
def test_a_tile_shows_a_letter(title, shown):
    assert letter(title) == shown
