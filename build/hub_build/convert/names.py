"""Ids, names, tags and categories made of what a source calls things. All of it is guessing, and reported as such."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args
from urllib.parse import urlsplit

from hub_launch.catalog import RESERVED_IDS
from hub_launch.catalog.entry import Category

# The contract's bounds.
MAX_ID, MAX_TITLE, MAX_TAG, MAX_CATEGORIES = 64, 100, 32, 3

CATEGORIES = frozenset(get_args(Category))

# Words of other registries for our categories. What is not here is left to a person.
_CATEGORY_WORDS = {
    "ai-ml": "ai",
    "ai-systems": "ai",
    "analytics": "data",
    "automation": "utilities",
    "browser-automation": "browser",
    "cloud-infrastructure": "cloud",
    "code": "developer-tools",
    "data-analytics": "data",
    "data-visualization": "data",
    "database": "databases",
    "dev-tools": "developer-tools",
    "development": "developer-tools",
    "devops": "developer-tools",
    "devtools": "developer-tools",
    "docs": "documentation",
    "filesystem": "files",
    "infrastructure": "cloud",
    "knowledge-base": "knowledge",
    "mcp-tools": "developer-tools",
    "media-creation": "design",
    "messaging": "communication",
    "observability": "monitoring",
    "productivity": "office",
    "professional-apps": "office",
    "sql": "databases",
    "system-tools": "utilities",
    "tools": "utilities",
    "version-control": "git",
    "web-scraping": "web",
    "web-search": "search",
    "web-services": "web",
}

# Names that say nothing apart from their owner: `com.example/mcp`.
_GENERIC = frozenset(["ai", "api", "app", "mcp", "mcp-server", "server", "servers", "tools"])

_FORGES = {"github.com": "github", "gitlab.com": "gitlab"}


class Ids:
    """Gives every name an id of its own, the same for all its versions."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        """known: ids that are in use, by the name of the server."""
        self._by_name = dict(known or {})
        self._taken = {_squeezed(one) for one in self._by_name.values()}

    def of(self, name: str) -> str:
        """The id of the server `name`: the one it has, else the shortest readable one that is free."""
        if name not in self._by_name:
            made = next(one for one in _candidates(name) if self._free(one))
            self._by_name[name] = made
            self._taken.add(_squeezed(made))
        return self._by_name[name]

    def _free(self, candidate: str) -> bool:
        return len(candidate) > 1 and candidate not in RESERVED_IDS and _squeezed(candidate) not in self._taken


def _candidates(name: str) -> Iterator[str]:
    owner, _, last = name.rpartition("/")
    short, wide = slug(last), slug(f"{owner.rpartition('.')[2]}-{last}")
    if short not in _GENERIC:
        yield short
    yield wide
    yield slug(name)
    base = wide[: MAX_ID - 8].strip("-") or "server"
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _squeezed(id_: str) -> str:
    # The registry takes ids for the same that differ by `-` and `_` alone.
    return id_.casefold().replace("-", "").replace("_", "")


def slug(text: str, length: int = MAX_ID) -> str:
    """`text` in lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:length].strip("-")


def title_of(text: str) -> str:
    """A title for people of a technical name: `fear-greed` becomes `Fear Greed`."""
    words = re.split(r"[-_.\s]+", text)
    return " ".join(word[:1].upper() + word[1:] for word in words if word)[:MAX_TITLE].strip()


def name_part(text: str) -> str:
    """`text` as the part of an official name after the slash."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("._-")[:100].strip("._-")


def official_name(address: str, last: str) -> str:
    """The official name of a server whose code, or which itself, is at `address`; empty if that names no owner."""
    parts = _split(address)
    last = name_part(last)
    if not parts or not last:
        return ""
    host, path = parts
    owner = path.strip("/").split("/")[0]
    if host in _FORGES and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", owner):
        labels = ["io" if host == "github.com" else "com", _FORGES[host], owner]
    else:
        labels = [label for label in reversed(host.split(".")) if label != "www"]
    return f"{'.'.join(labels)}/{last}"


def repository_of(address: str) -> dict[str, Any] | None:
    """The repository at `address` as an entry has it; None for a forge that the official registry does not know."""
    parts = _split(address)
    if not parts or parts[0] not in _FORGES or not address.startswith("https://"):
        return None
    host, path = parts
    words = [word for word in path.split("/") if word]
    if len(words) < 2:
        return None
    repository: dict[str, Any] = {"url": f"https://{host}/{words[0]}/{words[1]}", "source": _FORGES[host]}
    if len(words) > 4 and words[2] == "tree":
        repository["subfolder"] = "/".join(words[4:])
    return repository


def tags_of(words: Iterable[str]) -> list[str]:
    """`words` as tags, each once, without those that cannot be one."""
    return list(dict.fromkeys(tag for word in words if (tag := slug(word, MAX_TAG))))


def categories_of(words: Iterable[str]) -> list[str]:
    """Our categories among `words`, at most as many as an entry may have."""
    found = (_CATEGORY_WORDS.get(word, word) for word in map(slug, words))
    return [one for one in dict.fromkeys(found) if one in CATEGORIES][:MAX_CATEGORIES]


def _split(address: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9][a-z0-9.-]*[a-z0-9]", host):
        return None
    return host, parts.path
