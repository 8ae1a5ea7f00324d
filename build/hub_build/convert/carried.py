"""What a form has no place for, found out the same way for all of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub_build.convert.imported import Kind, Note, told
from hub_launch.catalog import Entry

# Ways to start a server; a form may have a place for one of them alone.
_STARTS = frozenset(["packages", "remotes", "openapi", "module", "extensions"])
# Where a form does not say how a server is spoken to, it means this.
_USUAL: Mapping[str, Any] = {"transport": {"type": "stdio"}}


@dataclass(frozen=True, slots=True)
class Carried:
    """What a form has a place for.

    because: what the note says about the rest. keys: of an entry. parts: of each package, remote and so on; a key that
    is not here is carried as a whole.
    """

    because: str
    keys: frozenset[str]
    parts: Mapping[str, frozenset[str]]


def unwritten(entry: Entry, form: Carried, written: Mapping[str, Collection[int]]) -> Iterator[Note]:
    """A note about everything of `entry` that `form` does not carry.

    written: which ways to start it were written, and of these and other lists which items.
    """
    for key, value in entry.model_dump(mode="json", exclude_unset=True).items():
        path = f"{entry.id}.{key}"
        if key not in form.keys:
            yield Note(Kind.LOST, path, told(value), form.because)
        elif key in form.parts and isinstance(value, list):
            for number, item in enumerate(value):
                yield from _item(f"{path}.{number}", item, form, form.parts[key], number in written.get(key, ()))
        elif key in form.parts:
            yield from _item(path, value, form, form.parts[key], key not in _STARTS or key in written)


def _item(path: str, item: Any, form: Carried, parts: frozenset[str], kept: bool) -> Iterator[Note]:
    if not kept:
        yield Note(Kind.LOST, path, told(item), form.because)
        return
    for key, value in item.items() if isinstance(item, dict) else ():
        if key not in parts and value != _USUAL.get(key):
            yield Note(Kind.LOST, f"{path}.{key}", told(value), form.because)
