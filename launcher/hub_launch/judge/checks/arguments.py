"""Arguments that would turn a package runner into a shell, or make it run something else.

Of a runner's flags only those on a list may be set: npx, uvx and docker have hundreds, and new ones each month.
The package's own arguments are its own affair, except where the package is itself a runner.
"""

import re
from collections.abc import Iterator

from hub_launch.catalog import Argument, Package
from hub_launch.catalog.inputs import NamedArgument
from hub_launch.judge.checks.parts import label, packages_of
from hub_launch.judge.checks.runner_flags import ALLOWED, RUNNERS, SOCKETS, why
from hub_launch.judge.findings import Finding, Pointer, Verdict, quoted
from hub_launch.judge.registry import Source

# Breaks that a command shown on one line would hide; all other control characters are refused by the loader.
_BREAKS = re.compile(r"[\t\n\r]")

# What the value of a runner's flag may be: a word or a size, never another flag.
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


def check(source: Source) -> Iterator[Finding]:
    """Arguments of the runner are on the list; those of the package can be shown as they are."""
    if source.entry is None:
        return
    for at, package in packages_of(source.entry):
        for number, argument in enumerate(package.runtime_arguments or ()):
            yield from _runtime(source, (*at, "runtimeArguments", number), package.registry_type, argument)
        for number, argument in enumerate(package.package_arguments or ()):
            yield from _shown(source, (*at, "packageArguments", number), argument)
        yield from _runner_as_package(source, at, package)


def _runtime(source: Source, at: Pointer, kind: str, argument: Argument) -> Iterator[Finding]:
    if not isinstance(argument, NamedArgument):
        yield from _positional(source, at, kind, argument.value)
        return
    takes_value = ALLOWED[kind].get(argument.name)
    if takes_value is None:
        yield _refused(source, (*at, "name"), kind, argument.name)
    elif not takes_value and argument.format != "boolean":
        # Behind a flag that takes no value, a value is what the runner runs.
        message = (
            f"{label((*at, 'name'))}: {quoted(argument.name)} takes no value; one would be run in place of the package"
        )
        yield source.loaded.finding((*at, "name"), "runner-value", message, "add `format: boolean`")
    elif takes_value:
        yield from _values(source, at, argument)


def _positional(source: Source, at: Pointer, kind: str, value: str | None) -> Iterator[Finding]:
    if value is None:
        message = f"{label(at)} asks the user for a word that the runner would run"
        yield source.loaded.finding(at, "runner-positional", message, "move it to `packageArguments`")
    elif not value.startswith("-"):
        message = f"{label((*at, 'value'))}: the runner would run {quoted(value)} in place of the package"
        hint = "remove it, or move it to `packageArguments`"
        yield source.loaded.finding((*at, "value"), "runner-positional", message, hint)
    elif ALLOWED[kind].get(value) is not False:
        yield _refused(source, (*at, "value"), kind, value)


def _refused(source: Source, place: Pointer, kind: str, flag: str) -> Finding:
    reason = why(kind, flag)
    told = f" {reason}" if reason else " is not on the list of flags that an entry may set"
    allowed = ", ".join(ALLOWED[kind]) or "none"
    return source.loaded.finding(
        place, "runner-flag", f"{label(place)}: {quoted(flag)}{told}", f"remove it; for {kind} there are: {allowed}"
    )


def _values(source: Source, at: Pointer, argument: NamedArgument) -> Iterator[Finding]:
    for key in ("value", "default"):
        text = getattr(argument, key)
        if text is not None and not _PLAIN_VALUE.fullmatch(text):
            message = f"{label((*at, key))}: {quoted(text)} is more than a plain word"
            yield source.loaded.finding((*at, key), "runner-value", message, "write letters, digits and . _ : / -")


def _shown(source: Source, at: Pointer, argument: Argument) -> Iterator[Finding]:
    for key in ("value", "default"):
        text = getattr(argument, key)
        if text is None:
            continue
        if _BREAKS.search(text):
            message = f"{label((*at, key))} contains a line break or a tab: {quoted(text)}"
            yield source.loaded.finding((*at, key), "argument-break", message, "write it on one line")
        socket = next((one for one in SOCKETS if one in text), "")
        if socket:
            message = f"{label((*at, key))}: {quoted(socket)} gives the server control over all containers"
            hint = "ask the user for it, without a default"
            yield source.loaded.finding((*at, key), "argument-socket", message, hint, severity=Verdict.REVIEW)


def _runner_as_package(source: Source, at: Pointer, package: Package) -> Iterator[Finding]:
    fixed = any((argument.value or argument.default) for argument in package.package_arguments or ())
    if fixed and package.identifier.lower() in RUNNERS.get(package.registry_type, ()):
        place = (*at, "identifier")
        message = f"{label(place)}: {quoted(package.identifier)} runs whatever its arguments say"
        hint = "name the package that is run; a server on the web goes into `remotes`"
        yield source.loaded.finding(place, "runner-package", message, hint, severity=Verdict.REVIEW)
