"""Which values of a configuration are those of the user's variables, and which of these are credentials."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub_launch.catalog.credentials import sounds_secret
from hub_launch.config.variables import names_in

# Of shorter ones, such as `1` or `true`, too much else would be masked.
MIN_SECRET = 8


@dataclass(frozen=True)
class References:
    """What a file refers to."""

    varying: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of each of the user's own servers the variables whose values refer to others, and change with these."""
    confided: frozenset[str] = field(default=frozenset(), repr=False)
    """Values of credentials, by their names, that are in the environment: nobody else can have put them there."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """These, and those of `.env`, which may have come with the file."""


def references_in(values: Mapping[str, Any], own: Mapping[str, str], environ: Mapping[str, str]) -> References:
    """What the document refers to. values: as it is written. own: of `.env`; `environ` overrides it."""
    servers = values.get("servers")
    parts = servers if isinstance(servers, dict) else {}
    named = {name for text in _texts(parts) for name in names_in(text) if sounds_secret(name)}
    confided = _long(environ[name] for name in named if name in environ)
    others = _long(own[name] for name in named if name in own and name not in environ)
    return References({name: _varying(part) for name, part in parts.items()}, confided, confided | others)


def _long(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value for value in values if len(value) >= MIN_SECRET)


def _varying(part: Any) -> frozenset[str]:
    env = part.get("env") if isinstance(part, dict) else None
    pairs = env.items() if isinstance(env, dict) else ()
    return frozenset(name for name, text in pairs if isinstance(text, str) and names_in(text))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
