"""The servers in an editor's file or a servers.yaml, as they would stand in hub.yaml: without their secrets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub_launch.clients import seed
from hub_launch.clients.client import Home
from hub_launch.clients.editing import NAME
from hub_launch.clients.formats import FORMATS
from hub_launch.clients.mcp_json import id_of
from hub_launch.clients.places import MAX_BYTES
from hub_launch.clients.table import CLIENTS
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.judge.checks.credentials import is_credential
from hub_launch.text import printable

# How editors call the same things.
_COMMAND = ("command", "cmd")
_ENV = ("env", "envs")
_URL = ("url", "serverUrl", "httpUrl", "uri")
_HEADERS = ("headers", "http_headers", "requestInit")

# What editors fill in themselves: `${env:NAME}`, `${input:some-id}`. `${NAME}` and `${NAME:-default}` are hub.yaml's.
_EDITORS_OWN = re.compile(r"\$\{(?:env|input):([^}]+)\}")
_OURS = re.compile(r"\$\{(?![A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\})")
_QUERY = re.compile(r"(?<=[?&])([^=&#]+)=([^&#]+)")


@dataclass(frozen=True, slots=True)
class Listed:
    """One server of a file."""

    name: str
    """As it is called there."""
    id: str
    server: Mapping[str, Any]
    """As in hub.yaml: command, args, env and cwd, or url and headers."""
    missing: tuple[str, ...] = ()
    """The variables that stand in the place of secrets, and those that the editor itself fills in."""
    problem: str = ""
    """Why it is nothing that could be started; empty if it is."""


def servers_in(path: Path) -> list[Listed]:
    """All but the hub itself; none for a file without any. Raises HubError (exit 2) for one that cannot be read."""
    document = _parsed(path)
    if isinstance(document, list):
        # A servers.yaml may be its list alone.
        document = {"servers": document}
    for section in dict.fromkeys(client.section for client in CLIENTS.values()):
        found: Any = document
        for key in section:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, dict):
            return [_listed(name, seed.translated(one)) for name, one in found.items() if name != NAME]
        if isinstance(found, list):
            return [_listed(seed.name_of(one), seed.translated(one)) for one in found]
    return []


def files_of(home: Home, folder: Path) -> Iterator[tuple[str, Path]]:
    """The files that clients have on this machine: each client's title, and where."""
    for client in CLIENTS.values():
        places = [client.user(home), *([folder / client.project] if client.project else [])]
        yield from ((client.title, path) for path in places if path.is_file())


def _parsed(path: Path) -> Any:
    form = {".toml": "toml", ".yaml": "yaml", ".yml": "yaml"}.get(path.suffix.lower(), "json")
    try:
        return FORMATS[form].parse(read_bounded(path, MAX_BYTES).decode())
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        raise HubError(f"{printable(str(path))} cannot be read: {printable(str(why))}", code=ExitCode.USAGE) from error


def _listed(name: str, said: Any) -> Listed:
    id_ = id_of(str(name))
    if not id_:
        return Listed(str(name), "", {}, problem="its name has no letters or digits")
    if not isinstance(said, dict):
        return Listed(name, id_, {}, problem="it is no mapping")
    if seed.is_api(said):
        return Listed(name, id_, {}, problem="it is an HTTP API, which becomes an entry: `hub-build import`")
    command, url = _first(said, _COMMAND), _first(said, _URL)
    taken = _Taken(id_)
    if isinstance(command, dict):
        # Zed's older form.
        said = {"args": command.get("args"), "env": command.get("env")}
        command = command.get("path")
    if isinstance(command, str) and command:
        server = {"command": taken.text(command), **_started(said, taken)}
    elif isinstance(url, str) and url.startswith(("http://", "https://")):
        server = {"url": taken.address(url), **_reached(said, url, taken)}
    else:
        return Listed(name, id_, {}, problem="it has neither a command nor an http(s) address")
    return Listed(name, id_, server, tuple(dict.fromkeys(taken.missing)))


def _started(said: Mapping[str, Any], taken: "_Taken") -> dict[str, Any]:
    args, env, cwd = said.get("args"), _first(said, _ENV), said.get("cwd")
    parts: dict[str, Any] = {}
    if isinstance(args, list) and args:
        parts["args"] = taken.words([str(one) for one in args])
    if isinstance(env, dict) and env:
        parts["env"] = {str(key): taken.value(str(key), str(key), str(one)) for key, one in env.items()}
    if isinstance(cwd, str) and cwd:
        parts["cwd"] = taken.text(cwd)
    return parts


def _reached(said: Mapping[str, Any], url: str, taken: "_Taken") -> dict[str, Any]:
    headers = _first(said, _HEADERS)
    if isinstance(headers, dict) and isinstance(headers.get("headers"), dict):
        headers = headers["headers"]
    parts: dict[str, Any] = {}
    if said.get("type") == "sse" or said.get("transport") == "sse" or url.rstrip("/").endswith("/sse"):
        parts["transport"] = "sse"
    if isinstance(headers, dict) and headers:
        parts["headers"] = {
            str(key): taken.value(str(key), f"{taken.id}_{key}", str(one)) for key, one in headers.items()
        }
    return parts


def _first(said: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((said[key] for key in keys if said.get(key)), None)


class _Taken:
    """Takes secrets out of a server's values, and remembers which variables stand in their place."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        self.missing: list[str] = []

    def value(self, name: str, variable: str, value: str) -> str:
        """The value of what is called `name`."""
        return self._secret(variable) if is_credential(name) and "${" not in value else self.text(value)

    def words(self, words: list[str]) -> list[str]:
        """A command's arguments: what follows `--api-key` is a secret."""
        found: list[str] = []
        before = ""
        for word in words:
            flag, equals, value = word.partition("=")
            if before:
                found.append(self.value(before, before, word))
            elif flag.startswith("-") and equals:
                found.append(f"{flag}={self.value(flag.lstrip('-'), flag.lstrip('-'), value)}")
            else:
                found.append(self.text(word))
            before = word.lstrip("-") if word.startswith("-") and not equals and is_credential(word.lstrip("-")) else ""
        return found

    def address(self, url: str) -> str:
        """A URL, whose query may have a secret."""
        return _QUERY.sub(lambda one: f"{one[1]}={self.value(one[1], f'{self.id}_{one[1]}', one[2])}", self.text(url))

    def text(self, text: str) -> str:
        """What an editor fills in as a variable, and what is no variable as the text that it is."""

        def variable(match: re.Match[str]) -> str:
            return self._secret(match[1])

        return _OURS.sub("$${", _EDITORS_OWN.sub(variable, text))

    def _secret(self, name: str) -> str:
        variable = re.sub(r"\W", "_", name).upper()
        variable = f"_{variable}" if variable[:1].isdigit() else variable
        self.missing.append(variable)
        return f"${{{variable}}}"
