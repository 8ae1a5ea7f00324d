"""The `mcp.json` of editors: servers that a user already has, as launches."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded
from hub_launch.plan import HttpLaunch, Launch, StdioLaunch
from hub_launch.plan.context import Context
from hub_launch.programs import find_program

# A file with hundreds of servers has some 100 kB.
MAX_BYTES = 4 * 1024 * 1024


def read_mcp_json(path: Path) -> list[Launch]:
    """The servers of the file, which has them under `mcpServers` (most editors) or `servers` (VS Code).

    They are the user's own: started as written, in the user's folder; those that are disabled there are left out.
    Raises HubError (exit 2) naming file and server.
    """
    servers = {name: config for name, config in _servers(path).items() if not _is_off(config)}
    launches = [own_launch(path, name, config) for name, config in servers.items()]
    for launch, name in zip(launches, servers, strict=True):
        if sum(other.id == launch.id for other in launches) > 1:
            raise _wrong(path, name, f"another server's name makes the same id {launch.id!r}")
    return launches


def _servers(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(read_bounded(path, MAX_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise HubError(f"{path} cannot be read: {why(error)}", code=ExitCode.USAGE) from error
    servers = document.get("mcpServers", document.get("servers")) if isinstance(document, dict) else None
    if not isinstance(servers, dict):
        raise HubError(f"{path} has neither mcpServers nor servers", "is it an editor's mcp.json?", ExitCode.USAGE)
    return servers


def _is_off(config: Any) -> bool:
    return isinstance(config, dict) and (config.get("disabled") is True or config.get("enabled") is False)


def own_launch(path: Path, name: str, config: Any) -> Launch:
    """The launch of a server that stands in the file at `path` under `name`. Raises HubError (exit 2)."""
    if not isinstance(config, dict):
        raise _wrong(path, name, "is not an object")
    if isinstance(config.get("url"), str):
        return _http(path, name, config)
    command, args = config.get("command"), config.get("args", [])
    if not isinstance(command, str) or not command:
        raise _wrong(path, name, "has neither a command nor a url")
    if not (isinstance(args, list) and all(isinstance(word, str) for word in args)):
        raise _wrong(path, name, "has args that are no list of strings")
    env = _strings(path, name, config.get("env"), "env")
    # Where it is started is part of what is agreed to.
    folder = config["cwd"] if isinstance(config.get("cwd"), str) else ""
    cwd = Path.cwd() / _from_home(path, name, folder)
    # A command that is not found fails when it is started, and only this server with it.
    program = find_program(command) if os.sep not in command else str(cwd / _from_home(path, name, command))
    base = _user_environment()
    return StdioLaunch(
        id=server_id(path, name),
        title=name,
        kind="mcp.json",
        argv=(program or command, *args),
        env=base | env,
        declared=tuple(env),
        secrets=_long(env.values()),
        cwd=str(cwd),
        own=True,
    )


def _from_home(path: Path, name: str, place: str) -> Path:
    try:
        return Path(place).expanduser()
    except RuntimeError as error:
        raise _wrong(path, name, f"has the path {place!r}, and no home folder is known for it") from error


def _http(path: Path, name: str, config: Mapping[str, Any]) -> HttpLaunch:
    url: str = config["url"]
    if not url.startswith(("http://", "https://")):
        raise _wrong(path, name, f"has the url {url!r}, which is not http(s)")
    headers = _strings(path, name, config.get("headers"), "headers")
    kind = config.get("type", config.get("transport", "sse" if url.rstrip("/").endswith("/sse") else "http"))
    transport: Literal["sse", "streamable-http"] = "sse" if kind == "sse" else "streamable-http"
    secrets = _long(headers.values())
    return HttpLaunch(server_id(path, name), name, "mcp.json", transport, url, headers, secrets, own_network=True)


def server_id(path: Path, name: str) -> str:
    """An id for a server that an editor knows as `name`: `My_Server 2` becomes `my-server-2`."""
    made = id_of(name)
    if not made:
        raise _wrong(path, name, "has a name without letters or digits")
    return made


def id_of(name: str) -> str:
    """An id made of `name`; empty for one without letters or digits."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64].strip("-")


def _user_environment() -> dict[str, str]:
    context = Context.of_this_machine(Path, Path())
    # The commands are npx and uvx more often than not: they get what runners get.
    return context.environment(runner=find_program("npx") or find_program("uvx") or "/")


def _strings(path: Path, name: str, value: Any, key: str) -> dict[str, str]:
    if value is None:
        return {}
    if not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
        raise _wrong(path, name, f"has {key} that is no object of strings")
    return dict(value)


def _long(values: Any) -> frozenset[str]:
    """Values to keep out of logs. Short ones such as `1` or `true` are no secrets, and blanking them hides too much."""
    return frozenset(value for value in values if len(value) >= 8)


def _wrong(path: Path, name: str, problem: str) -> HubError:
    return HubError(
        f"{path}: the server {name!r} {problem}", "correct the file, or leave the server out", ExitCode.USAGE
    )
