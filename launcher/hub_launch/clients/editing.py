"""Putting the hub into a client's file and taking it out again, with all else as it was. Pure: text in, text out."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hub_launch.clients.client import Client, Entry
from hub_launch.clients.formats import FORMATS
from hub_launch.errors import ExitCode, HubError
from hub_launch.text import printable

NAME = "mcp-hub"
"""What the hub is called there."""

# Which no document equals: an empty file has the value None.
_MALFORMED = object()


def current(text: str, client: Client, path: str) -> Entry | None:
    """The hub as it stands in the file, if it does. Raises HubError (exit 2) for a file that cannot be read."""
    found: Any = _parsed(text, client, path)
    for key in (*client.section, NAME):
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found if isinstance(found, dict) else {}


def put(text: str, client: Client, entry: Entry, path: str) -> tuple[str, str]:
    """The file with the hub in it, and the piece of text that was added. Raises HubError (exit 2)."""
    before = _parsed(text, client, path)
    wanted = _with(before, client.section, entry, path)
    try:
        place, piece = FORMATS[client.form].insertion(text, client.section, NAME, entry)
    except (ValueError, RecursionError) as error:
        raise _refused(path, printable(str(error))) from error
    after = text[:place] + piece + text[place:]
    if _parsed_or_malformed(after, client) != wanted:
        raise _refused(path, "the hub cannot be added without changing something else")
    return after, piece


def take_out(text: str, client: Client, piece: str, path: str) -> str:
    """The file without the hub. piece: what `put` added, if that is known. Raises HubError (exit 2)."""
    before = _parsed(text, client, path)
    if piece and text.count(piece) == 1:
        without = text.replace(piece, "")
        if _is_without(_parsed_or_malformed(without, client), before, client.section):
            return without
    without = _cut(text, client)
    if _is_without(_parsed_or_malformed(without, client), before, client.section):
        return without
    where = ".".join((*client.section, NAME))
    raise _refused(path, f"it was written anew since the hub was added: take {where} out by hand")


def _cut(text: str, client: Client) -> str:
    try:
        start, end = FORMATS[client.form].removal(text, client.section, NAME)
    except (ValueError, RecursionError):
        return text
    return text[:start] + text[end:]


def _parsed(text: str, client: Client, path: str) -> Any:
    try:
        return FORMATS[client.form].parse(text)
    except (ValueError, RecursionError) as error:
        raise _refused(path, f"it is no {client.form.upper()}: {printable(str(error))}") from error


def _parsed_or_malformed(text: str, client: Client) -> Any:
    try:
        return FORMATS[client.form].parse(text)
    except (ValueError, RecursionError):
        return _MALFORMED


def _with(before: Any, section: tuple[str, ...], entry: Entry, path: str) -> Any:
    """The values as they should be then."""
    document = deepcopy(before) if before is not None else {}
    place = document
    for key in section:
        if not isinstance(place, dict):
            break
        place = place.setdefault(key, {})
    if not isinstance(place, dict):
        raise _refused(path, f"what stands under {'.'.join(section)} is no mapping of names to servers")
    place[NAME] = dict(entry)
    return document


def _is_without(after: Any, before: Any, section: tuple[str, ...]) -> bool:
    """Whether `after` is `before` without the hub, and perhaps without sections that had nothing else."""
    if after is _MALFORMED:
        return False
    wanted = deepcopy(before)
    places: list[dict[str, Any]] = [wanted]
    for key in section:
        places.append(places[-1][key])
    del places[-1][NAME]
    if after == wanted:
        return True
    for place, key in zip(reversed(places[:-1]), reversed(section), strict=True):
        if place[key]:
            return False
        del place[key]
        if (after or {}) == wanted:
            return True
    return False


def _refused(path: str, why: str) -> HubError:
    return HubError(f"{printable(path)} was left as it is: {why}", "correct it, and try again", ExitCode.USAGE)


def differing(before: str, after: str) -> list[str]:
    """The lines that are new (`+`) or gone (`-`), for people."""
    from difflib import ndiff

    lines = ndiff(before.splitlines(), after.splitlines())
    return [printable(line) for line in lines if line.startswith(("+ ", "- "))]


def described(entry: Mapping[str, Any]) -> str:
    """How the hub stands there, in one line."""
    words = [
        str(value) for key in ("command", "cmd", "url", "serverUrl", "httpUrl", "uri") if (value := entry.get(key))
    ]
    arguments = entry.get("args")
    return printable(" ".join([*words, *(map(str, arguments) if isinstance(arguments, list) else [])]))
