import re
import tomllib
from pathlib import Path

import pytest

from hub_build.release import notes
from hub_launch.errors import HubError
from hub_launch.version import __version__

CHANGELOG = """# Changelog

## Unreleased

## [0.2.0] - 2026-12-01

### Added

- A thing.

## 0.1.0 - 2026-11-21

- The first.
"""


def test_the_notes_of_a_release_are_its_section():
    assert notes("v0.2.0", CHANGELOG, "0.2.0") == "### Added\n\n- A thing.\n"
    assert notes("v0.1.0", CHANGELOG, "0.1.0") == "- The first.\n"


@pytest.mark.parametrize(
    ("tag", "changelog", "version", "why"),
    [
        ("v0.3.0", CHANGELOG, "0.2.0", "The launcher is of version 0.2.0"),
        ("v0.3.0", CHANGELOG, "0.3.0", "says nothing of 0.3.0"),
        ("v0.2.0", CHANGELOG.replace("ed\n\n## [", "ed\n\n- More.\n\n## ["), "0.2.0", "changes under Unreleased"),
        ("v0.2.0", CHANGELOG.replace(" - 2026-12-01", ""), "0.2.0", "on which day"),
        ("v0.2.0", CHANGELOG.replace("- A thing.", "").replace("### Added", ""), "0.2.0", "says nothing"),
    ],
)
def test_what_does_not_fit_together_is_not_released(tag, changelog, version, why):
    with pytest.raises(HubError, match=re.escape(why)):
        notes(tag, changelog, version)


def test_the_compiler_is_of_the_launchers_version():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == __version__
