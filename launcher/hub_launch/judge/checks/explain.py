"""Pydantic's errors in words: what is wrong, with the value, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from hub_launch.judge.contract import Node, Spot
from hub_launch.judge.findings import Pointer, quoted
from hub_launch.judge.words import PATTERN_WORDS

# How alike two words must be to suggest one for the other (difflib's own measure and default).
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of pydantic: its type, place, the value there, its figures, and its own words."""

    kind: str
    spot: Spot
    value: Any
    context: dict[str, Any]
    words: str

    @property
    def pointer(self) -> Pointer:
        """Where it is in the document."""
        return self.spot.pointer

    @property
    def name(self) -> str:
        """The place as people say it: `packages[0].version`."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.pointer)
        return quoted("".join(parts).removeprefix("."))

    @property
    def key(self) -> str:
        """The last key of the place."""
        return str(self.pointer[-1]) if self.pointer else ""


@dataclass(frozen=True, slots=True)
class Explained:
    """What a finding says; `below` leads from the problem's place to the value that is at fault."""

    rule: str
    message: str
    hint: str = ""
    below: Pointer = ()


def explain(problem: Problem) -> Explained:
    """`problem` in words."""
    explainer = _EXPLAINERS.get(problem.kind)
    if explainer:
        return explainer(problem)
    return Explained("wrong-value", f"{problem.name}: {problem.words}")


def suggestion(problem: Problem) -> str:
    """The known key that an unknown one probably means, or empty."""
    return _closest(problem.key, list(problem.spot.above.get("properties", ())))


def _unknown_key(problem: Problem) -> Explained:
    known = list(problem.spot.above.get("properties", ()))
    close = suggestion(problem)
    hint = f"did you mean `{close}`?" if close else f"known here: {', '.join(known)}"
    return Explained("unknown-key", f"unknown key {problem.name}", hint)


def _missing(problem: Problem) -> Explained:
    about = str(problem.spot.node.get("description", "")).rstrip(".")
    return Explained("missing-key", f"{problem.name} is missing", f"add `{problem.key}:` {about}".rstrip())


def _not_text(problem: Problem) -> Explained:
    value = problem.value
    if isinstance(value, bool):
        word = str(value).lower()
        return Explained("wrong-type", f"{problem.name}: {word} is true or false, not text", f'quote it: "{word}"')
    if isinstance(value, int | float):
        return Explained("wrong-type", f"{problem.name}: {value} is a number, not text", f'quote it: "{value}"')
    return Explained("wrong-type", f"{problem.name} must be text, not {_kind(value)}", "write it on one line")


def _expects(what: str, hint: str) -> Callable[[Problem], Explained]:
    def explainer(problem: Problem) -> Explained:
        message = f"{problem.name or 'the file'} must be {what}, not {_kind(problem.value)}"
        return Explained("wrong-type", message, hint)

    return explainer


def _pattern(problem: Problem) -> Explained:
    pattern = problem.context["pattern"]
    words = PATTERN_WORDS.get(pattern, f"text that matches {pattern}")
    return Explained("wrong-value", f"{problem.name}: {quoted(problem.value)} is not allowed", f"write {words}")


def _choice(problem: Problem) -> Explained:
    return _one_of(problem, problem.value, _choices(problem.spot.node), ())


def _tag(problem: Problem) -> Explained:
    key = problem.context["discriminator"].strip("'")
    return _one_of(problem, problem.value[key], _tags(problem.spot.node), (key,))


def _no_tag(problem: Problem) -> Explained:
    key = problem.context["discriminator"].strip("'")
    name = quoted(f"{problem.name.strip('`')}.{key}")
    return Explained(
        "missing-key", f"{name} is missing", f"add `{key}:` with one of {', '.join(_tags(problem.spot.node))}"
    )


def _one_of(problem: Problem, value: Any, choices: list[str], below: Pointer) -> Explained:
    close = _closest(str(value), choices)
    start = f"did you mean `{close}`? " if close else ""
    name = quoted(".".join([problem.name.strip("`"), *map(str, below)]))
    message = f"{name}: {quoted(value) if isinstance(value, str) else _kind(value)} is not one of the choices"
    return Explained("wrong-value", message, f"{start}choices: {', '.join(choices)}", below)


def _long(problem: Problem) -> Explained:
    limit = problem.context["max_length"]
    message = f"{problem.name} has {len(problem.value):,} characters; at most {limit:,}"
    return Explained("wrong-value", message, "shorten it")


def _short(problem: Problem) -> Explained:
    limit = problem.context["min_length"]
    message = f"{problem.name} is empty" if not problem.value else f"{problem.name} is too short: at least {limit}"
    return Explained("wrong-value", message, "write something, or remove the key")


def _many(problem: Problem) -> Explained:
    message = f"{problem.name} has {len(problem.value)} items; at most {problem.context['max_length']}"
    return Explained("wrong-value", message, "keep the most important ones")


def _bound(problem: Problem) -> Explained:
    limits = {"ge": "at least", "le": "at most"}
    words = " and ".join(f"{words} {problem.context[key]}" for key, words in limits.items() if key in problem.context)
    return Explained("wrong-value", f"{problem.name}: {problem.value} must be {words}")


def _rule(problem: Problem) -> Explained:
    # The words of the contract's own rules; pydantic adds "Value error, " in front.
    said = str(problem.context["error"])
    value = f": {quoted(problem.value)}" if isinstance(problem.value, str) else ""
    return Explained("wrong-value", f"{problem.name}{value}: {said}" if problem.pointer else said)


def _closest(word: str, words: list[str]) -> str:
    by_lower = {one.lower(): one for one in words}
    return next((by_lower[found] for found in get_close_matches(word.lower(), list(by_lower), 1, ALIKE)), "")


def _choices(node: Node) -> list[str]:
    return [str(choice) for choice in node.get("enum", [node.get("const", "")])]


def _tags(node: Node) -> list[str]:
    return list(node.get("discriminator", {}).get("mapping", ()))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return f"{str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "nothing"


_mapping = _expects("a mapping", "write `key: value` lines below it")

_EXPLAINERS: dict[str, Callable[[Problem], Explained]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "string_type": _not_text,
    "bool_type": _expects("true or false", "write true or false, without quotes"),
    "int_type": _expects("a whole number", "write it without quotes"),
    "tuple_type": _expects("a list", "write every item on a line of its own after `- `"),
    "dict_type": _mapping,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "union_tag_invalid": _tag,
    "union_tag_not_found": _no_tag,
    "string_too_long": _long,
    "string_too_short": _short,
    "too_short": _short,
    "too_long": _many,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "value_error": _rule,
}
