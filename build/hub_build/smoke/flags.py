"""Text of a server that a person should look at: a model reads all of it, and its user nearly none."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from hub_launch.catalog.recorded import Flagged
from hub_launch.judge.checks.injection import instruction_in
from hub_launch.judge.checks.letters import lookalikes
from hub_launch.judge.findings import quoted
from hub_launch.judge.load.text import hidden_characters
from hub_launch.text import printable

# Enough to see what is going on; a hostile server could have one for every letter.
MAX_FLAGS = 50
# JSON Schemas of real tools nest some ten levels; further down nobody hides what a model is to notice.
MAX_DEPTH = 64
# What a tool is taken for by its name; in prose other scripts have honest reasons.
_NAMES = ("/name", "/title")
# The length of a place that a record can hold.
_MAX_PLACE = 512


def flags_of(offer: Mapping[str, Any]) -> tuple[Flagged, ...]:
    """What is wrong with the texts of `offer`: instructions, and lists of definitions by their official names."""
    return tuple(islice(_flags(offer), MAX_FLAGS))


def _flags(offer: Mapping[str, Any]) -> Iterator[Flagged]:
    for place, text in _texts(offer):
        hidden = next(iter(hidden_characters(text)), None)
        if hidden:
            yield Flagged(where=place, rule="hidden-character", found=hidden[2])
        instruction = instruction_in(text)
        if instruction:
            found = f"{quoted(instruction)} reads like an instruction to a model"
            yield Flagged(where=place, rule="model-instruction", found=found)
        if place.endswith(_NAMES):
            for word, read in lookalikes(text):
                found = f"{quoted(word)} has letters that only look like those of {quoted(read)}"
                yield Flagged(where=place, rule="lookalike", found=found)


def _texts(offer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each text with its place: `tools/<name>/inputSchema/properties/x/description`."""
    for key, value in offer.items():
        if isinstance(value, list):
            for number, one in enumerate(value):
                name = one.get("name", number) if isinstance(one, dict) else number
                yield from _below(f"{key}/{name}", one)
        else:
            yield from _below(key, value)


def _below(place: str, value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield printable(place)[:_MAX_PLACE], value
        return
    if depth == MAX_DEPTH:
        return
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        parts = value.items()
        # The names are texts too: a model reads those of parameters.
        yield from ((printable(f"{place}/{key}")[:_MAX_PLACE], str(key)) for key in value)
    elif isinstance(value, list):
        parts = enumerate(value)
    for part, inner in parts:
        yield from _below(f"{place}/{part}", inner, depth + 1)
