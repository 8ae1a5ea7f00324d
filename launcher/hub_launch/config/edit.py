"""Changing one value of a configuration file and leaving every other character as it is, comments too.

YAML is changed at the place that its parser gives. The library that keeps comments (ruamel.yaml) indents anew what it
did not change, and moves comments. TOML's (tomlkit) does not.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from hub_launch.config.document import document_of, read_document
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import rewrite
from hub_launch.text import printable

_BY_HAND = "change it by hand"


def set_enabled(path: Path, server: str, enabled: bool) -> bool:
    """Have the file say whether a server is started; returns whether it had to be changed.

    Raises HubError (exit 2) for a server that the file does not have, and for a file that cannot be read or written.
    """
    document = read_document(path)
    if document.said(("servers", server)) is None and ("servers", server) not in document.lines:
        raise HubError(f"{path} has no server {server!r}", "write it there, under servers", ExitCode.USAGE)
    text = path.read_bytes().decode()
    changed = (_in_toml if path.suffix == ".toml" else _in_yaml)(text, server, enabled)
    if changed == text:
        return False
    write_changed(path, changed)
    return True


def with_server(path: Path, text: str, server: str, part: Mapping[str, Any]) -> str:
    """`text`, of the file at `path`, with one more server. Raises HubError (exit 2) if it is there already.

    part: its keys, with texts, lists and mappings of texts, and `enabled`.
    """
    document = document_of(path, text.encode())
    if ("servers", server) in document.lines:
        raise HubError(f"{path} has a server {server!r} already", "nothing was changed", ExitCode.USAGE)
    there = document.said(("servers",)) or {}
    if not isinstance(there, dict):
        raise document.problem(("servers",), "must be a mapping of keys to values")
    changed = (_added_to_toml if path.suffix == ".toml" else _added_to_yaml)(text, server, part)
    wanted = {**document.values, "servers": {**there, server: _as_read(path, part)}}
    if document_of(path, changed.encode()).values != wanted:
        raise HubError(f"{path} is not written so that {server} could be added", _BY_HAND, ExitCode.USAGE)
    return changed


def _as_read(path: Path, part: Mapping[str, Any]) -> dict[str, Any]:
    """YAML is read as text; what it means is said by the schema."""
    if path.suffix == ".toml":
        return dict(part)
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in part.items()}


def without_server(path: Path, text: str, server: str) -> str:
    """`text`, of the file at `path`, without one of its servers. Raises HubError (exit 2) if that cannot be."""
    document = document_of(path, text.encode())
    if ("servers", server) not in document.lines:
        raise HubError(f"{path} has no server {server!r}", "nothing was changed", ExitCode.USAGE)
    profiles = document.said(("profiles",))
    for name, listed in profiles.items() if isinstance(profiles, dict) else ():
        if isinstance(listed, list) and server in listed:
            where = ("profiles", name, listed.index(server))
            raise document.problem(where, f"the profile {name} has {server}", "take it out there first")
    left = {name: part for name, part in document.values["servers"].items() if name != server}
    changed = (_removed_from_toml if path.suffix == ".toml" else _removed_from_yaml)(text, server)
    values = document_of(path, changed.encode()).values
    if {**values, "servers": values.get("servers") or {}} != {**document.values, "servers": left}:
        raise HubError(f"{path} is not written so that {server} could be taken out", _BY_HAND, ExitCode.USAGE)
    return changed


def write_changed(path: Path, changed: str) -> None:
    """Put the text in the place of the file's. Raises HubError."""
    try:
        # Only the text changes: not where it is, nor whom it is for.
        rewrite(path, changed.encode())
    except OSError as error:
        raise HubError(f"{path} cannot be written: {error.strerror}") from error


def _in_toml(text: str, server: str, enabled: bool) -> str:
    # Here, since no other command needs it.
    import tomlkit

    document: Any = tomlkit.parse(text)
    if document["servers"][server].get("enabled", True) != enabled:
        document["servers"][server]["enabled"] = enabled
    return tomlkit.dumps(document)


def _composed(text: str) -> Any:
    try:
        # The slower loader counts in characters of the text; libyaml, in some of its versions, in bytes.
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        # They do not agree about everything: a tab behind a colon, say.
        why = printable(str(error).replace("\n", " "))
        raise HubError(f"The file is not written so that it can be changed: {why}", _BY_HAND, ExitCode.USAGE) from error


def _in_yaml(text: str, server: str, enabled: bool) -> str:
    value = "true" if enabled else "false"
    node = _inner(_inner(_composed(text), "servers"), server)
    old = _inner(node, "enabled")
    if old is not None:
        return text if old.value == value else _replaced(text, old, value)
    if enabled:
        return text
    return _added(text, node, f"enabled: {value}")


def _added_to_toml(text: str, server: str, part: Mapping[str, Any]) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    if "servers" not in document:
        document["servers"] = tomlkit.table(is_super_table=True)
    document["servers"][server] = dict(part)
    return tomlkit.dumps(document)


def _added_to_yaml(text: str, server: str, part: Mapping[str, Any]) -> str:
    """As the first server, right below `servers:`: what is commented there stays with what it is about."""
    root = _composed(text)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    key, node = next(((key, node) for key, node in pairs if key.value == "servers"), (None, None))
    if key is None or node is None:
        newline = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{newline}servers:\n{_block(server, part, 2)}"
    if isinstance(node, yaml.MappingNode) and node.flow_style:
        return _added(text, node, f"{server}: {json.dumps(part, ensure_ascii=False)}")
    if not isinstance(node, yaml.MappingNode):
        # `servers: null` is nothing, as is what is not there.
        text = text[: node.start_mark.index] + text[node.end_mark.index :]
    column = node.start_mark.column if isinstance(node, yaml.MappingNode) else key.start_mark.column + 2
    below = text.find("\n", key.end_mark.index) + 1
    if not below:
        text, below = f"{text}\n", len(text) + 1
    return text[:below] + _block(server, part, column) + text[below:]


def _removed_from_toml(text: str, server: str) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    del document["servers"][server]
    return tomlkit.dumps(document)


def _removed_from_yaml(text: str, server: str) -> str:
    """The lines of its key and value; what is commented between it and the next stays."""
    servers = _inner(_composed(text), "servers")
    key, node = next((key, node) for key, node in servers.value if key.value == server)
    start, end = key.start_mark.index, _end(node)
    if servers.flow_style:
        before, after = text[:start], text[end:]
        following = after.lstrip()
        if following.startswith(","):
            return before + following[1:].lstrip()
        return before.rstrip().removesuffix(",") + after
    start = text.rfind("\n", 0, start) + 1
    if text[end - 1] != "\n":
        end = text.find("\n", end) + 1 or len(text)
    return text[:start] + text[end:]


def _end(node: Any) -> int:
    """Where what is said ends; the parser's own end of a block is where the next one begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    index: int = node.end_mark.index
    return index


def _block(server: str, part: Mapping[str, Any], column: int) -> str:
    said = yaml.safe_dump({server: dict(part)}, sort_keys=False, allow_unicode=True, width=10_000)
    return "".join(f"{' ' * column}{line}\n" for line in said.splitlines())


def _inner(node: Any, name: str) -> Any:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((inner for key, inner in pairs if key.value == name), None)


def _added(text: str, node: Any, pair: str) -> str:
    """`text` with a pair more in the mapping `node`, or in the place of a `node` that is nothing yet."""
    if not isinstance(node, yaml.MappingNode):
        # `time:`, which has nothing after the colon, or `time: null`.
        space = "" if text[node.start_mark.index - 1 : node.start_mark.index].isspace() else " "
        return _replaced(text, node, f"{space}{{{pair}}}")
    if node.flow_style:
        start = node.start_mark.index + 1
        return f"{text[:start]}{pair}{', ' if node.value else ''}{text[start:]}"
    start = node.start_mark.index
    return f"{text[:start]}{pair}\n{' ' * node.start_mark.column}{text[start:]}"


def _replaced(text: str, node: Any, value: str) -> str:
    return text[: node.start_mark.index] + value + text[node.end_mark.index :]
