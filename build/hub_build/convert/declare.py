"""What a source leaves unsaid about its inputs, where their names and values tell: variables, and what is secret.

An entry declares every variable that a value names, and marks what is called like a credential. Both are guesses here,
and reported as such; nothing that the source says is changed.
"""

import copy
import re
from collections.abc import Iterator
from typing import Any

from hub_build.convert.imported import Kind, Note
from hub_launch.catalog.inputs import VARIABLE_PATTERN
from hub_launch.judge.checks.credentials import is_credential

_VARIABLE = re.compile(VARIABLE_PATTERN)
_LISTS = ("runtimeArguments", "packageArguments", "environmentVariables", "headers")
# What a file, a number or a switch says about a credential is none.
_HARMLESS = frozenset(["filepath", "number", "boolean"])


def declared(document: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    """`document` with its variables declared and its credentials marked; `document` itself is left alone."""
    document = copy.deepcopy(document)
    for path, remote in _mappings(document, "remotes"):
        _declare(remote, "url", path, notes)
    for path, one in _inputs(document):
        _declare(one, "value", path, notes)
        _mark(one, path, notes)
    return document


def _inputs(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every argument, environment variable and header, with its path."""
    for key in ("packages", "remotes"):
        for path, start in _mappings(document, key):
            transport = start.get("transport")
            holders = {path: start, f"{path}.transport": transport if isinstance(transport, dict) else {}}
            for where, holder in holders.items():
                for name in _LISTS:
                    yield from ((f"{where}.{inner}", one) for inner, one in _mappings(holder, name))


def _mappings(holder: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    items = holder.get(key)
    for number, one in enumerate(items if isinstance(items, list) else []):
        if isinstance(one, dict):
            yield f"{key}.{number}", one


def _declare(holder: dict[str, Any], key: str, path: str, notes: list[Note]) -> None:
    template, known = holder.get(key), holder.get("variables", {})
    if not isinstance(template, str) or not isinstance(known, dict):
        return
    for name in _VARIABLE.findall(template):
        if name not in known:
            secret = holder.get("isSecret") is True or is_credential(name)
            known[name] = {"isRequired": True, **({"isSecret": True} if secret else {})}
            told = "a secret of the user's" if secret else "asked of the user"
            notes.append(Note(Kind.GUESSED, f"{path}.variables.{name}", told, f"`{key}` names it, nothing declares it"))
    if known:
        holder["variables"] = known


def _mark(one: dict[str, Any], path: str, notes: list[Note]) -> None:
    variables = one.get("variables")
    inner = [each for each in variables.values() if isinstance(each, dict)] if isinstance(variables, dict) else []
    name = one.get("name") or one.get("valueHint")
    # Of `Bearer {token}` the variable is the secret; a fixed value is the publisher's own and no secret.
    if "value" in one or "isSecret" in one or any(each.get("isSecret") for each in inner):
        return
    if isinstance(name, str) and is_credential(name.lstrip("-")) and one.get("format") not in _HARMLESS:
        one["isSecret"] = True
        notes.append(Note(Kind.GUESSED, f"{path}.isSecret", "true", f"{name} is called like a credential"))
