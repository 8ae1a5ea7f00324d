"""The licence is an SPDX expression, which programs can compare: not "MIT License", not "see file"."""

from collections.abc import Iterator
from difflib import get_close_matches

from hub_launch.judge.checks.spdx import LICENSES, parse
from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import Source

# Where people write about a licence as their package manager or habit has it, the usual meaning.
_MEANT = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "gpl-3.0": "GPL-3.0-only or GPL-3.0-or-later",
    "agpl-3.0": "AGPL-3.0-only or AGPL-3.0-or-later",
    "mit license": "MIT",
    "proprietary": "LicenseRef-Proprietary",
    "unlicensed": "LicenseRef-Proprietary",
}


def check(source: Source) -> Iterator[Finding]:
    """`license` keeps the grammar; its identifiers are on our list, or looked at by a person."""
    text = source.text("license")
    if not text:
        return
    expression = parse(text)
    if expression is None:
        message = f"`license`: {quoted(text)} is not an SPDX expression"
        hint = f"write {_suggestion(text)}"
        yield source.loaded.finding(("license",), "license", message, hint)
        return
    for identifier in dict.fromkeys(expression.unknown):
        message = f"`license`: {quoted(identifier)} is not one of the usual SPDX identifiers"
        hint = f"is {_suggestion(identifier)} meant? A licence of one's own is LicenseRef-<name>"
        yield source.loaded.finding(("license",), "license", message, hint, severity=Verdict.REVIEW)


def _suggestion(text: str) -> str:
    by_lower = {license_.lower(): license_ for license_ in LICENSES}
    close = get_close_matches(text.lower(), by_lower, 1)
    return _MEANT.get(text.lower()) or (by_lower[close[0]] if close else "MIT, Apache-2.0 or LicenseRef-Proprietary")
