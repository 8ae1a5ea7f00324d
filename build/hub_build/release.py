"""What has to hold before a version is released, and what is said about it: `python -m hub_build.release v0.1.0`."""

import re
import sys
from pathlib import Path

from hub_launch.boundary import guarded
from hub_launch.errors import ExitCode, HubError
from hub_launch.version import __version__

CHANGELOG = Path("CHANGELOG.md")
UNRELEASED = "Unreleased"

# `## [0.1.0] - 2026-11-21`, as Keep a Changelog writes it; the brackets may be left out.
_HEADING = re.compile(r"^## \[?(?P<name>[^\]\s]+)\]?(?: - (?P<day>\d{4}-\d{2}-\d{2}))?\s*$", re.MULTILINE)


def notes(tag: str, changelog: str, version: str) -> str:
    """What the changelog says of the version that `tag` names, for its users.

    version: the launcher's, which alone is released. Raises HubError for what does not fit together.
    """
    wanted = tag.removeprefix("v")
    if version != wanted:
        raise HubError(f"The launcher is of version {version}, and the tag is {tag}", "hub_launch/version.py says it")
    sections = _sections(changelog)
    if sections.get(UNRELEASED, ("", ""))[1].strip():
        raise HubError(f"{CHANGELOG} has changes under {UNRELEASED}", f"they belong under `## [{wanted}] - <day>`")
    day, text = sections.get(wanted, ("", ""))
    if not text.strip():
        raise HubError(f"{CHANGELOG} says nothing of {wanted}", f"add `## [{wanted}] - <day>` with what has changed")
    if not day:
        raise HubError(f"{CHANGELOG} does not say on which day {wanted} is released", f"write `## [{wanted}] - <day>`")
    return text.strip() + "\n"


def _sections(changelog: str) -> dict[str, tuple[str, str]]:
    """By version: its day, and what has changed."""
    headings = list(_HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    return {
        one["name"]: (one["day"] or "", changelog[one.end() : end]) for one, end in zip(headings, ends, strict=True)
    }


def main(tag: str) -> int:
    """Print the notes of a release. Exit 2 if it does not fit together."""

    def run() -> int:
        print(notes(tag, CHANGELOG.read_text(encoding="utf-8"), __version__), end="")
        return ExitCode.OK

    return guarded(run, lambda text: print(text, file=sys.stderr), repr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
