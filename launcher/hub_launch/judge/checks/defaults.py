"""Values that a publisher gives are values that a user could have given."""

import re
from collections.abc import Iterator

from hub_launch.catalog import Input
from hub_launch.catalog.inputs import VARIABLE_PATTERN
from hub_launch.judge.checks.parts import alternatives_of, inputs_of, label
from hub_launch.judge.findings import Finding, Pointer, Verdict, quoted
from hub_launch.judge.registry import Source

_VARIABLE = re.compile(VARIABLE_PATTERN)

# As the launcher reads them.
_FORMATS = {
    "number": (re.compile(r"-?[0-9]+(\.[0-9]+)?"), "a number"),
    "boolean": (re.compile(r"true|false"), "true or false"),
}


def check(source: Source) -> Iterator[Finding]:
    """Each `default`, `value` and choice fits its input; what is required has no default."""
    if source.entry is None:
        return
    for alternative in alternatives_of(source.entry):
        for at, _, declared in inputs_of(alternative):
            yield from _choices(source, at, declared)
            yield from _format(source, at, declared)
            if declared.is_required and declared.default is not None:
                message = f"{label((*at, 'isRequired'))}: with a default it is never asked for"
                hint = "remove the default, or `isRequired`"
                place = (*at, "isRequired")
                yield source.loaded.finding(place, "default-required", message, hint, severity=Verdict.REVIEW)


def _given(declared: Input) -> Iterator[tuple[str, str]]:
    if declared.default is not None:
        yield "default", declared.default
    # What variables are put into is known when they have values.
    if declared.value is not None and not _VARIABLE.search(declared.value):
        yield "value", declared.value


def _choices(source: Source, at: Pointer, declared: Input) -> Iterator[Finding]:
    if not declared.choices:
        return
    for key, text in _given(declared):
        if text not in declared.choices:
            message = f"{label((*at, key))}: {quoted(text)} is not among the choices"
            yield source.loaded.finding(
                (*at, key), "default-choice", message, f"choices: {', '.join(declared.choices)}"
            )


def _format(source: Source, at: Pointer, declared: Input) -> Iterator[Finding]:
    if declared.format not in _FORMATS:
        return
    form, words = _FORMATS[declared.format]
    texts: list[tuple[Pointer, str]] = [((key,), text) for key, text in _given(declared)]
    texts += [(("choices", number), text) for number, text in enumerate(declared.choices or ())]
    for key, text in texts:
        if not form.fullmatch(text):
            message = f"{label((*at, *key))}: {quoted(text)} is not {words}"
            yield source.loaded.finding((*at, *key), "default-format", message, f"write {words}, or another `format`")
