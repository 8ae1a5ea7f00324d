"""Variables and parameters: what is named is declared, what is declared is used, and one name means one thing."""

import re
from collections.abc import Iterator, Mapping

from pydantic.alias_generators import to_camel

from hub_launch.catalog import Entry, EnvironmentVariable, Header, Input
from hub_launch.catalog.apiauth import variables_of
from hub_launch.catalog.inputs import VARIABLE_PATTERN, PositionalArgument
from hub_launch.judge.checks.parts import Alternative, alternatives_of, did_you_mean, inputs_of, label, name_of
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.registry import Source

_VARIABLE = re.compile(VARIABLE_PATTERN)


def check(source: Source) -> Iterator[Finding]:
    """Templates and their variables, names of parameters, and what `auth` and `smoke` refer to."""
    entry = source.entry
    if entry is None:
        return
    alternatives = tuple(alternatives_of(entry))
    for alternative in alternatives:
        for at, item in alternative.items:
            yield from _template(source, (*at, "value"), item.value or "", (*at, "variables"), item.variables or {})
        if alternative.url:
            yield from _address(source, alternative)
        yield from _names(source, alternative)
    yield from _auth(source, entry)
    yield from _smoke(source, entry, alternatives)


def _address(source: Source, alternative: Alternative) -> Iterator[Finding]:
    at, place = alternative.pointer, (*alternative.pointer, *alternative.url_key)
    if alternative.url_key == ("transport", "url"):
        # In the address of a package the official schema lets braces name its arguments and variables.
        named = {name for _, name, _ in inputs_of(alternative)} | {name_of(item) for _, item in alternative.items}
        yield from _undeclared(source, place, alternative.url, named)
    else:
        yield from _template(source, place, alternative.url, (*at, "variables"), alternative.url_variables)


def _template(
    source: Source, place: Pointer, template: str, at: Pointer, variables: Mapping[str, Input]
) -> Iterator[Finding]:
    if not variables and "{" not in template:
        return
    yield from _undeclared(source, place, template, set(variables))
    used = set(_VARIABLE.findall(template))
    for name in variables:
        if name not in used:
            message = f"{label((*at, name))} is declared and not used in {label(place)}"
            hint = f"write {{{name}}} where it belongs, or remove it"
            yield source.loaded.finding((*at, name), "variable-unused", message, hint, key=True)


def _undeclared(source: Source, place: Pointer, template: str, names: set[str]) -> Iterator[Finding]:
    for name in dict.fromkeys(_VARIABLE.findall(template)):
        if name not in names:
            hint = did_you_mean(name, names) or f"declare it below `variables`: `{name}: {{...}}`"
            message = f"{label(place)}: {quoted(f'{{{name}}}')} names no variable"
            yield source.loaded.finding(place, "variable-undeclared", message, hint)


def _names(source: Source, alternative: Alternative) -> Iterator[Finding]:
    """One name, one parameter: the launcher would give the user's value to both."""
    first: dict[str, tuple[Pointer, Input]] = {}
    for at, name, declared in inputs_of(alternative):
        if declared.value is not None or not name:
            continue
        before, other = first.setdefault(name, (at, declared))
        # One value may go to several places, if all say the same about it.
        same_list = isinstance(declared, EnvironmentVariable) and before[:-1] == at[:-1]  # the check `environment`
        if before != at and not same_list and (other != declared or "variables" not in at):
            message = f"{label(at)}: the parameter {quoted(name)} is already {label(before)}"
            yield source.loaded.finding(at, "parameter-duplicate", message, _duplicate_hint(declared))


def _duplicate_hint(declared: Input) -> str:
    if isinstance(declared, EnvironmentVariable | Header):
        return "keep one of the two"
    if isinstance(declared, PositionalArgument):
        return "choose another valueHint, or keep one with `isRepeated: true`"
    return "choose another name, or declare both alike"


def _auth(source: Source, entry: Entry) -> Iterator[Finding]:
    api = entry.openapi
    if api is None:
        return
    declared = {variable.name: number for number, variable in enumerate(api.environment_variables or ())}
    used = {name: to_camel(key) for name, key in variables_of(api.auth).items()}
    for name in used.keys() - declared.keys():
        place: Pointer = ("openapi", "auth", used[name])
        hint = f"declare it: `environmentVariables: [{{name: {name}, isSecret: true}}]`"
        message = f"{label(place)}: {quoted(name)} is not declared"
        yield source.loaded.finding(place, "variable-undeclared", message, hint)
    for name in declared.keys() - used.keys():
        place = ("openapi", "environmentVariables", declared[name])
        message = f"{label(place)}: {quoted(name)} is declared and not used by `auth`"
        yield source.loaded.finding(place, "variable-unused", message, "name it in `auth`, or remove it")


def _smoke(source: Source, entry: Entry, alternatives: tuple[Alternative, ...]) -> Iterator[Finding]:
    if entry.smoke is None:
        return
    known = {name for one in alternatives for _, name, declared in inputs_of(one) if declared.value is None}
    places: list[tuple[Pointer, str]] = [(("smoke", "arguments", name), name) for name in entry.smoke.arguments or ()]
    places += [(("smoke", "needs", number), name) for number, name in enumerate(entry.smoke.needs or ())]
    for place, name in places:
        if name not in known:
            hint = did_you_mean(name, known) or "name one that the entry asks for"
            message = f"{label(place)}: there is no parameter {quoted(name)}"
            yield source.loaded.finding(place, "parameter-unknown", message, hint)
