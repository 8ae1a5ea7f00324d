"""An OpenAPI description as a person judges it before it becomes a server: its operations, and what to think about."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What a path of a description may have (OpenAPI 3).
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# Assistants choose badly among more tools, and some clients take no more.
MANY_TOOLS = 40

# Words of paths, as parts of their own: `/admin/users` and not `/administration`.
_BETWEEN = r"(^|[/_.-])({words})([/_.-]|$)"
_INTERNAL = "admin internal private debug actuator management maintenance"
_MACHINES = "health healthz ready readyz metrics ping webhook webhooks callback callbacks"
_SIGN_IN = "login logout signin signup oauth oauth2 token password session sessions"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API can do."""

    method: str
    """In capitals."""
    path: str
    id: str
    summary: str
    tags: tuple[str, ...]
    deprecated: bool
    content: tuple[str, ...]
    """Media types of its body."""

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Operations that may be no good tools. why: for people. maps: route maps that leave them out."""

    why: str
    operations: tuple[Operation, ...]
    maps: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is found in a description."""

    title: str
    version: str
    server: str
    """The first address that it names; may be relative or empty."""
    operations: tuple[Operation, ...]
    suspicions: tuple[Suspicion, ...]

    @property
    def methods(self) -> Mapping[str, int]:
        """How many operations of each method."""
        return Counter(one.method for one in self.operations)

    @property
    def tags(self) -> Mapping[str, int]:
        """How many operations of each tag, the most first."""
        return dict(Counter(tag for one in self.operations for tag in one.tags).most_common())

    @property
    def route_maps(self) -> tuple[Mapping[str, Any], ...]:
        """What is suggested; everything else becomes a tool."""
        return tuple(one for suspicion in self.suspicions for one in suspicion.maps)


def analyze(document: Mapping[str, Any]) -> Analysis:
    """What is in a description of OpenAPI 3."""
    info = _mapping(document.get("info"))
    servers = [str(_mapping(one).get("url", "")) for one in _list(document.get("servers"))]
    operations = tuple(operations_of(document))
    suspicions = tuple(filter(None, (suspect(operations) for suspect in _SUSPECTS)))
    return Analysis(
        str(info.get("title", "")), str(info.get("version", "")), servers[0] if servers else "", operations, suspicions
    )


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of a description, in its order."""
    for path, item in _mapping(document.get("paths")).items():
        for method in METHODS:
            found = _mapping(item).get(method)
            if isinstance(found, dict):
                content = _mapping(_mapping(found.get("requestBody")).get("content"))
                yield Operation(
                    method.upper(),
                    str(path),
                    str(found.get("operationId") or ""),
                    str(found.get("summary") or found.get("description") or "").strip().partition("\n")[0],
                    tuple(str(tag) for tag in _list(found.get("tags"))),
                    found.get("deprecated") is True,
                    tuple(map(str, content)),
                )


def _by_path(words: str, why: str) -> Callable[[Sequence[Operation]], Suspicion | None]:
    pattern = re.compile(_among(words.split()), re.IGNORECASE)

    def suspect(operations: Sequence[Operation]) -> Suspicion | None:
        found = tuple(one for one in operations if pattern.search(one.path))
        # The words that were found, as they are written: one pattern that a person can read.
        seen = sorted({match[2] for one in found if (match := pattern.search(one.path))})
        route = {"pattern": _among(seen), "mcpType": "EXCLUDE"}
        return Suspicion(why, found, (route,)) if found else None

    return suspect


def _among(words: Sequence[str]) -> str:
    return _BETWEEN.format(words="|".join(words))


def _deleting(operations: Sequence[Operation]) -> Suspicion | None:
    found = tuple(one for one in operations if one.method == "DELETE")
    return Suspicion("delete something", found, ({"methods": ["DELETE"], "mcpType": "EXCLUDE"},)) if found else None


def _deprecated(operations: Sequence[Operation]) -> Suspicion | None:
    found = tuple(one for one in operations if one.deprecated)
    maps = tuple({"methods": [one.method], "path": one.path, "mcpType": "EXCLUDE"} for one in found)
    return Suspicion("are deprecated", found, maps) if found else None


def _nameless(operations: Sequence[Operation]) -> Suspicion | None:
    found = tuple(one for one in operations if not one.id)
    return Suspicion("have no operationId: name them with `mcpNames` once they have one", found) if found else None


def _wordless(operations: Sequence[Operation]) -> Suspicion | None:
    found = tuple(one for one in operations if not one.summary)
    return Suspicion("say nothing of what they do, so that an assistant cannot know", found) if found else None


def _files(operations: Sequence[Operation]) -> Suspicion | None:
    found = tuple(one for one in operations if one.content and all("json" not in kind for kind in one.content))
    return Suspicion("want files or forms, which assistants seldom can give", found) if found else None


_SUSPECTS = (
    _by_path(_INTERNAL, "are for whoever runs the API"),
    _by_path(_MACHINES, "are for programs that watch or are called back"),
    _by_path(_SIGN_IN, "sign in or out, which `auth` is for"),
    _deleting,
    _deprecated,
    _files,
    _nameless,
    _wordless,
)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
