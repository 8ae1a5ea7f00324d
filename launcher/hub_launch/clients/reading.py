"""The servers in an editor's file or a servers.yaml, as they would stand in hub.yaml: without their secrets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hub_launch.clients import seed
from hub_launch.clients.client import Home
from hub_launch.clients.editing import NAME
from hub_launch.clients.formats import FORMATS
from hub_launch.clients.mcp_json import id_of
from hub_launch.clients.places import MAX_BYTES
from hub_launch.clients.table import CLIENTS
from hub_launch.clients.taken import Taken
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.text import printable

# How editors call the same things.
_COMMAND = ("command", "cmd")
_ENV = ("env", "envs")
_URL = ("url", "serverUrl", "httpUrl", "uri")
_HEADERS = ("headers", "http_headers", "requestInit")

# What is no server: it is built in, or an extension brings it along.
_INSIDE = {"type": ("builtin", "platform", "frontend", "inline_python"), "source": ("extension",)}
INSIDE = "it comes with the editor or an extension of it"


@dataclass(frozen=True, slots=True)
class Listed:
    """One server of a file."""

    name: str
    """As it is called there."""
    id: str
    server: Mapping[str, Any]
    """As in hub.yaml: command, args, env and cwd, or url and headers; not enabled if it is not there either."""
    missing: tuple[str, ...] = ()
    """The variables that stand in the place of secrets, and those that the editor itself fills in."""
    problem: str = ""
    """Why it is nothing that could be started; empty if it is."""
    project: str = ""
    """The folder that it is for, in a file with servers of several projects."""


def servers_in(path: Path) -> list[Listed]:
    """All but the hub itself; none for a file without any. Raises HubError (exit 2) for one that cannot be read."""
    document = _parsed(path)
    if isinstance(document, list):
        # A servers.yaml may be its list alone.
        document = {"servers": document}
    if not isinstance(document, dict):
        return []
    return list(_apart([*_listed_in(document), *_of_projects(document)]))


def _listed_in(document: Mapping[str, Any]) -> Iterator[Listed]:
    for section in dict.fromkeys(client.section for client in CLIENTS.values()):
        found: Any = document
        for key in section:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, dict):
            yield from (
                _listed(name, seed.translated(one), off=_is_off(document, name))
                for name, one in found.items()
                if name != NAME
            )
        elif isinstance(found, list):
            yield from (_listed(seed.name_of(one), seed.translated(one)) for one in found)
        if isinstance(found, dict | list):
            return


def _is_off(document: Mapping[str, Any], name: str) -> bool:
    """Whether a file disables it elsewhere: Claude Code by project, Gemini CLI for all."""
    gemini = document.get("mcp")
    lists = (document.get("disabledMcpServers"), gemini.get("excluded") if isinstance(gemini, dict) else None)
    return any(isinstance(one, list) and name in one for one in lists)


def _of_projects(document: Mapping[str, Any]) -> Iterator[Listed]:
    """What Claude Code keeps for one folder: a command of it is started there."""
    projects = document.get("projects")
    for folder, part in projects.items() if isinstance(projects, dict) else ():
        if isinstance(part, dict) and isinstance(part.get("mcpServers"), dict):
            for one in _listed_in({key: part.get(key) for key in ("mcpServers", "disabledMcpServers")}):
                place = {"cwd": str(folder)} if "command" in one.server and "cwd" not in one.server else {}
                yield replace(one, server={**one.server, **place}, project=str(folder))


def _apart(listed: Iterable[Listed]) -> Iterator[Listed]:
    """Each with an id of its own where only their projects tell them apart: the folder's name stands before it."""
    taken: set[str] = set()
    for one in listed:
        if one.project and one.id in taken:
            one = replace(one, id=id_of(f"{Path(one.project).name}-{one.id}"))
        taken.add(one.id)
        yield one


def files_of(home: Home, folder: Path) -> Iterator[tuple[str, Path]]:
    """The files that clients have on this machine: each client's title, and where."""
    for client in CLIENTS.values():
        places = [client.file(home), *([folder / client.project] if client.project else [])]
        yield from ((client.title, path) for path in places if path.is_file())


def _parsed(path: Path) -> Any:
    form = {".toml": "toml", ".yaml": "yaml", ".yml": "yaml"}.get(path.suffix.lower(), "json")
    try:
        return FORMATS[form].parse(read_bounded(path, MAX_BYTES).decode())
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        hint = "name an editor's file, such as ~/.cursor/mcp.json; `hub-launch discover` says which there are"
        raise HubError(f"{printable(str(path))} cannot be read: {printable(str(why))}", hint, ExitCode.USAGE) from error


def _listed(name: str, said: Any, *, off: bool = False) -> Listed:
    id_ = id_of(str(name))
    if not id_:
        return Listed(str(name), "", {}, problem="its name has no letters or digits")
    if not isinstance(said, dict):
        return Listed(name, id_, {}, problem="it is no mapping")
    if seed.is_api(said):
        return Listed(name, id_, {}, problem="it is an HTTP API, which becomes an entry: `hub-build import`")
    if any(said.get(key) in values for key, values in _INSIDE.items()):
        return Listed(name, id_, {}, problem=INSIDE)
    taken = Taken(id_)
    server = _server(_flat(said), taken)
    if not server:
        return Listed(name, id_, {}, problem="it has neither a command nor an http(s) address")
    off = off or said.get("disabled") is True or said.get("enabled") is False
    return Listed(name, id_, server | ({"enabled": False} if off else {}), tuple(dict.fromkeys(taken.missing)))


def _flat(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the mapping that some put around how a server is started: Cline, and Zed before 2026."""
    for key in ("transport", "command"):
        inner = said.get(key)
        if isinstance(inner, dict):
            said = {**said, key: None, **inner, **({"command": inner["path"]} if "path" in inner else {})}
    return said


def _server(said: Mapping[str, Any], taken: Taken) -> dict[str, Any]:
    """As in hub.yaml; empty if it could not be started."""
    command, url = _first(said, _COMMAND), _first(said, _URL)
    if isinstance(command, str) and command:
        return {"command": taken.text(command), **_started(said, taken)}
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        return {"url": taken.address(url), **_reached(said, url, taken)}
    return {}


def _started(said: Mapping[str, Any], taken: Taken) -> dict[str, Any]:
    args, env, cwd = said.get("args"), _first(said, _ENV), said.get("cwd")
    parts: dict[str, Any] = {}
    if isinstance(args, list) and args:
        parts["args"] = taken.words([str(one) for one in args])
    if isinstance(env, dict) and env:
        parts["env"] = {str(key): taken.value(str(key), str(key), str(one)) for key, one in env.items()}
    if isinstance(cwd, str) and cwd:
        parts["cwd"] = taken.text(cwd)
    return parts


def _reached(said: Mapping[str, Any], url: str, taken: Taken) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if said.get("type") == "sse" or said.get("transport") == "sse" or url.rstrip("/").endswith("/sse"):
        parts["transport"] = "sse"
    headers = {key: taken.value(key, f"{taken.id}_{key}", value) for key, value in _headers(said)}
    headers |= {key: taken.secret(name) for key, name in _texts(said.get("env_http_headers"))}
    if isinstance(said.get("bearer_token_env_var"), str):
        headers["Authorization"] = f"Bearer {taken.secret(said['bearer_token_env_var'])}"
    return parts | ({"headers": headers} if headers else {})


def _headers(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    headers = _first(said, _HEADERS)
    inner = headers.get("headers") if isinstance(headers, dict) else None
    return _texts(inner if isinstance(inner, dict) else headers)


def _texts(values: Any) -> Iterator[tuple[str, str]]:
    return ((str(key), str(value)) for key, value in (values.items() if isinstance(values, dict) else ()))


def _first(said: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((said[key] for key in keys if said.get(key)), None)
