"""Placeholders of other registries (`{{server.key}}`, `${KEY}`) as the variables of our inputs (`{key}`)."""

import re
from collections.abc import Callable
from typing import Any

# {{server.param}}, {{param|filter|filter}}, ${VARIABLE}
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_.-]+)\s*((?:\|[^{}|]+)*)\}\}|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")


def with_variables(text: str, describe: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """`text` as parts of an input: `value` with `{name}` for each placeholder, and `variables` that describe them.

    describe: what is known about the placeholder of that name.
    """
    variables: dict[str, Any] = {}

    def replaced(match: re.Match[str]) -> str:
        name = variable_name(match[1] or match[3])
        variables[name] = describe(match[1] or match[3])
        return f"{{{name}}}"

    value = _PLACEHOLDER.sub(replaced, text)
    return {"value": value, **({"variables": variables} if variables else {})}


def sole_placeholder(text: str) -> str:
    """The name of the placeholder that `text` is, without filters; empty if it is more than one, or none."""
    match = _PLACEHOLDER.fullmatch(text)
    return (match[1] or match[3]) if match else ""


def filters_of(text: str) -> list[str]:
    """The filters of all placeholders in `text`."""
    return [word for match in _PLACEHOLDER.finditer(text) for word in (match[2] or "").split("|") if word]


def variable_name(placeholder: str) -> str:
    """`server.key` as the name of a variable: what follows the last dot of the server's own prefix."""
    name = _NOT_IN_NAMES.sub("_", placeholder.partition(".")[2] or placeholder)
    return name if name[:1].isalpha() or name.startswith("_") else f"_{name}"
