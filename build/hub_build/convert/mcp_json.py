"""The `mcp.json` of editors: commands and addresses that one person uses.

Values of the environment and of headers are that person's own, often secrets: they reach neither the entry nor the
report. Only their names do.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from hub_build.convert.carried import Carried, unwritten
from hub_build.convert.commands import COMMAND_PARTS, Refusal, command_of, package_of
from hub_build.convert.fields import Fields
from hub_build.convert.imported import Imported, Kind, Note
from hub_build.convert.names import name_part, official_name, title_of
from hub_build.convert.secrets import asked, bare_address
from hub_launch.catalog import Entry, Remote

# A namespace that nobody can own: a person puts their own in its place.
LOCAL_NAMESPACE = "local.mcp-json"

_CARRIED = Carried(
    "an mcp.json has no place for it",
    frozenset(["id", "packages", "remotes"]),
    {"packages": COMMAND_PARTS, "remotes": frozenset(["type", "url", "headers"])},
)

_KEYS = ("mcpServers", "servers")
_TRANSPORTS = {"sse": "sse", "http": "streamable-http", "streamable-http": "streamable-http", "": ""}


def detect(document: dict[str, Any]) -> bool:
    """`mcpServers`, or `servers` by name with a command or a url in each."""
    servers = document.get("mcpServers")
    if isinstance(servers, dict):
        return True
    servers = document.get("servers")
    return isinstance(servers, dict) and any(_starts(one) for one in servers.values())


def _starts(server: Any) -> bool:
    return isinstance(server, dict) and bool(server.keys() & {"command", "url"}) and "description" not in server


def read(document: dict[str, Any]) -> Iterator[Imported]:
    """Every server of the file."""
    key = next((one for one in _KEYS if one in document), _KEYS[0])
    servers = document.get(key)
    for name, server in (servers if isinstance(servers, dict) else {}).items():
        notes: list[Note] = []
        fields = Fields(server, f"{key}.{name}", notes)
        entry = _entry(name, fields)
        if entry is not None:
            fields.close()
        yield Imported(name, entry, tuple(notes))


def _entry(name: str, server: Fields) -> dict[str, Any] | None:
    started = _remote(server) if "url" in server or "serverUrl" in server else _package(server)
    if isinstance(started, Refusal):
        server.note(Kind.REFUSED, server.where("command"), started.value, started.because)
        return None
    server.raw("type")
    remotes = started.get("remotes") or [{}]
    made = official_name(remotes[0].get("url", ""), name) or f"{LOCAL_NAMESPACE}/{name_part(name) or 'server'}"
    server.note(Kind.GUESSED, "name", made, "put your own namespace in its place")
    title = title_of(name) or "Server"
    server.note(Kind.GUESSED, "title", title, f"from {name}")
    version = (started.get("packages") or [{}])[0].get("version")
    if version:
        server.note(Kind.GUESSED, "version", version, "that of the package")
    description = server.text("description")
    return {
        "name": made,
        "title": title,
        **({"description": description} if description else {}),
        **({"version": version} if version else {}),
        **started,
    }


def _package(server: Fields) -> dict[str, Any] | Refusal:
    package = package_of(server)
    if isinstance(package, Refusal):
        return package
    names = [one["name"] for one in package.pop("environmentVariables", [])] + _named(server, "env")
    if names:
        package["environmentVariables"] = [asked(name) for name in dict.fromkeys(names)]
    for key in ("cwd", "envFile"):
        server.drop(key, "a folder or file of one machine")
    return {"packages": [package]}


def _remote(server: Fields) -> dict[str, Any]:
    # "serverUrl" is Windsurf's and Antigravity's word.
    address, taken = bare_address(server.text("url") or server.text("serverUrl"))
    for name in taken:
        server.note(Kind.LOST, server.where("url"), "", f"{name}: every user gives their own")
    kind = server.text("type") or server.text("transport")
    guess = "sse" if address.rstrip("/").endswith("/sse") else "streamable-http"
    remote: dict[str, Any] = {"type": _TRANSPORTS.get(kind) or guess, "url": address}
    if not _TRANSPORTS.get(kind):
        server.note(Kind.GUESSED, "remotes.0.type", remote["type"], "from the address")
    headers = _named(server, "headers")
    if headers:
        remote["headers"] = [asked(name) for name in headers]
    variables = [name for name in taken if f"{{{name}}}" in address]
    if variables:
        remote["variables"] = {name: {"isRequired": True, "isSecret": True} for name in variables}
    return {"remotes": [remote]}


def _named(server: Fields, key: str) -> list[str]:
    """The names below `key`; their values are withheld."""
    inner = server.raw(key)
    if inner is not None and not isinstance(inner, dict):
        server.note(Kind.LOST, server.where(key), "", "not a mapping")
    names = [name for name in inner if isinstance(name, str)] if isinstance(inner, dict) else []
    for name in names:
        server.note(Kind.LOST, server.where(f"{key}.{name}"), "", "the value is its owner's: only the name is kept")
    return names


def write(entries: Sequence[Entry]) -> tuple[dict[str, Any], list[Note]]:
    """`mcpServers` with a command or an address for each entry that an editor can start by itself."""
    servers: dict[str, Any] = {}
    notes: list[Note] = []
    for entry in entries:
        commands = [_command(package) for package in entry.packages or ()]
        number = next((number for number, one in enumerate(commands) if one), None)
        server = commands[number] if number is not None else None
        if server is None and entry.remotes:
            server = _address(entry.remotes[0])
        if server is None:
            notes.append(Note(Kind.REFUSED, entry.id, "", "an editor cannot start it without hub-launch"))
            continue
        servers[entry.id] = server
        notes += unwritten(entry, _CARRIED, {"packages": [number]} if number is not None else {"remotes": [0]})
    return {"mcpServers": servers}, notes


def _command(package: Any) -> dict[str, Any] | None:
    server = command_of(package)
    if server is None:
        return None
    env = {one.name: _value(one, one.name) for one in package.environment_variables or ()}
    return server | ({"env": env} if env else {})


def _address(remote: Remote) -> dict[str, Any]:
    headers = {one.name: _value(one, one.name) for one in remote.headers or ()}
    kind = "sse" if remote.type == "sse" else "http"
    return {"type": kind, "url": remote.url, **({"headers": headers} if headers else {})}


def _value(given: Any, name: str) -> str:
    value = given.value if given.value is not None else given.default
    return value if value is not None else f"<{name}>"
