"""Flags in what a program prints for `--help`: argparse, click, commander and yargs all print a line each."""

import re

from hub_build.scaffold.found import Need, Setting
from hub_build.scaffold.wording import plain

MAX_LINES = 2000
MAX_DESCRIPTION = 160

_SOURCE = "its --help"
_OPTION = re.compile(
    r"^\s{1,12}(?:-\w(?:[ =](?:<[^>]+>|[A-Z_]+))?,?\s+)?(--[a-zA-Z][\w-]*)"
    r"(?:[ =](<[^>]+>|\[[^\]]+\]|\{[^}]+\}|[A-Z][A-Z_]*))?(?:\s{2,}(\S.*))?$"
)
_YARGS_TYPE = re.compile(r"\[(string|number|boolean|array|count)\]")
_DEFAULT = re.compile(r"[\[(]default:?\s*=?\s*\"?'?([^\])\"']+)", re.IGNORECASE)
_CHOICES = re.compile(r"[\[(]choices:\s*([^\])]+)[\])]")
_REQUIRED = re.compile(r"[\[(]required[\])]", re.IGNORECASE)
_DECORATION = re.compile(r"\s*[\[(](?:default|choices|env|env var|required|string|number|boolean|array)\b[^\])]*[\])]")


def flags_of(text: str) -> list[Setting]:
    """The flags that `text` lists; none if it is no help text."""
    lines = [line.rstrip() for line in text.splitlines()[:MAX_LINES]]
    found: list[Setting] = []
    for number, line in enumerate(lines):
        if option := _OPTION.match(line):
            found.append(_setting(option[1], option[2] or "", _described(lines, number, option[3] or "")))
    return found


def _described(lines: list[str], number: int, text: str) -> str:
    """The description, whose further lines are indented deeper than the flag."""
    indent = len(lines[number]) - len(lines[number].lstrip())
    for line in lines[number + 1 :]:
        if not line.strip() or len(line) - len(line.lstrip()) <= indent + 4 or _OPTION.match(line):
            break
        text += " " + line.strip()
    return text.strip()


def _setting(name: str, value: str, text: str) -> Setting:
    kind = _YARGS_TYPE.search(text)
    choices = value.strip("{}").split(",") if value.startswith("{") else _listed(_CHOICES.search(text))
    default = _DEFAULT.search(text)
    return Setting(
        name,
        _SOURCE,
        plain(_DECORATION.sub("", text)).strip(" .")[:MAX_DESCRIPTION],
        Need.REQUIRED if _REQUIRED.search(text) else Need.OPTIONAL,
        takes_value=bool(value) or bool(kind and kind[1] not in ("boolean", "count")) or bool(choices),
        default=_value(default[1]) if default else "",
        choices=tuple(choices),
    )


def _listed(found: "re.Match[str] | None") -> list[str]:
    return [word.strip().strip("\"'") for word in found[1].split(",")] if found else []


def _value(text: str) -> str:
    value = text.strip()
    return "" if value.lower() in ("none", "null", "undefined", "false", "[]", "") else value
