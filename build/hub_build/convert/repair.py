"""Taking out of a document what the contract cannot hold, where the server starts and behaves the same without it.

Everything that is taken out becomes a note. What would change how a server starts is never touched.
"""

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hub_build.convert.imported import Kind, Note, told
from hub_launch.catalog import Entry
from hub_launch.judge.contract import locate
from hub_launch.judge.findings import Pointer

# Each round takes out what the one before brought to light: a key, then its emptied parent.
MAX_ROUNDS = 4

# Keys that only inform, by what a path begins with; a faulty one goes as a whole.
_INFORMATION = ("repository", "websiteUrl")
# Hints that a launcher does without, whatever the value.
_HINTS = frozenset(["runtimeHint", "mimeType", "theme", "sizes"])
_EMPTY: tuple[Any, ...] = ({}, [])


def repaired(document: dict[str, Any], notes: list[Note]) -> tuple[dict[str, Any], ValidationError | None]:
    """`document` without what can safely go, and what is still wrong with it. `document` itself is left alone."""
    document = copy.deepcopy(document)
    for pointer in list(_nulls(document)):
        _remove(document, pointer, notes)
    errors = _errors(document)
    for _ in range(MAX_ROUNDS):
        if errors is None:
            break
        changes = dict.fromkeys(pointer for error in errors.errors() for pointer in _removable(error, document))
        fixed = _fix_formats(document, errors, notes)
        # From the end, so that the places of list items that are still to go stay right.
        for pointer in sorted(changes, key=_order, reverse=True):
            _remove(document, pointer, notes)
        if not changes and not fixed:
            break
        errors = _errors(document)
    return document, errors


def _nulls(value: Any, way: Pointer = ()) -> Iterator[Pointer]:
    """The keys without a value: the models take such a key for an absent one, and an entry must not have it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, found in inner:
        if found is None and isinstance(value, dict):
            yield (*way, key)
        yield from _nulls(found, (*way, key))


def _errors(document: dict[str, Any]) -> ValidationError | None:
    try:
        Entry.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as errors:
        return errors
    return None


def _removable(error: ErrorDetails, document: dict[str, Any]) -> Iterator[Pointer]:
    """The part of `document` to take out for `error`, if there is one that may go."""
    spot = locate(error["loc"], document)
    pointer = spot.pointer
    if not pointer or (error["type"] == "missing" and pointer[0] not in (*_INFORMATION, "icons")):
        return
    key = pointer[-1]
    if pointer[0] in _INFORMATION:
        yield pointer[:1]
    elif pointer[0] in ("icons", "tags") and len(pointer) > 1:
        yield pointer if key in _HINTS else pointer[:2]
    elif (
        error["type"] == "extra_forbidden"
        or key in _HINTS
        or _is_label(document, pointer)
        or _says_nothing(error, _at(document, pointer))
    ):
        yield pointer


def _says_nothing(error: ErrorDetails, found: Any) -> bool:
    """Whether it is a null, or an empty list where one must not be."""
    return found is None if error["type"] != "too_short" else error["input"] in _EMPTY


def _is_label(document: dict[str, Any], pointer: Pointer) -> bool:
    """Whether it is the name of an argument whose value is fixed: nobody is asked for it."""
    return pointer[-1] == "valueHint" and isinstance(_at(document, (*pointer[:-1], "value")), str)


def _fix_formats(document: dict[str, Any], errors: ValidationError, notes: list[Note]) -> bool:
    fixed = False
    for error in errors.errors():
        pointer = locate(error["loc"], document).pointer
        if error["input"] == "integer" and pointer[-1:] == ("format",) and error["type"] == "literal_error":
            _at(document, pointer[:-1])["format"] = "number"
            notes.append(Note(Kind.GUESSED, _path(pointer), "number", "the format `integer` is not official"))
            fixed = True
    return fixed


def _remove(document: dict[str, Any], pointer: Pointer, notes: list[Note]) -> None:
    parent = _at(document, pointer[:-1])
    value = parent.pop(pointer[-1])
    notes.append(Note(Kind.LOST, _path(pointer), told(value), _reason(value)))
    if parent == [] and len(pointer) > 1:
        # An optional list without items says nothing.
        _at(document, pointer[:-2]).pop(pointer[-2])


def _reason(value: Any) -> str:
    return "it says nothing" if value in (*_EMPTY, None, "") else "the contract does not allow it"


def _at(document: Any, pointer: Pointer) -> Any:
    for part in pointer:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _order(pointer: Pointer) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in pointer)


def _path(pointer: Pointer) -> str:
    return ".".join(map(str, pointer))
