"""Changing one value of a configuration file and leaving every other character as it is, comments too.

YAML is changed at the place that its parser gives. The library that keeps comments (ruamel.yaml) indents anew what it
did not change, and moves comments. TOML's (tomlkit) does not.
"""

from pathlib import Path
from typing import Any

import yaml

from hub_launch.config.document import read_document
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import write_atomic


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
    # Where it really is, as whom it is for: only the text changes.
    real = path.resolve()
    try:
        mode = real.stat().st_mode
        write_atomic(real, changed.encode())
        real.chmod(mode)
    except OSError as error:
        raise HubError(f"{path} cannot be written: {error.strerror}") from error
    return True


def _in_toml(text: str, server: str, enabled: bool) -> str:
    # Here, since no other command needs it.
    import tomlkit

    document: Any = tomlkit.parse(text)
    if document["servers"][server].get("enabled", True) != enabled:
        document["servers"][server]["enabled"] = enabled
    return tomlkit.dumps(document)


def _in_yaml(text: str, server: str, enabled: bool) -> str:
    value = "true" if enabled else "false"
    # The slower loader counts in characters of the text; libyaml, in some of its versions, in bytes.
    node = _inner(_inner(yaml.compose(text, Loader=yaml.SafeLoader), "servers"), server)
    old = _inner(node, "enabled")
    if old is not None:
        return text if old.value == value else _replaced(text, old, value)
    if enabled:
        return text
    return _added(text, node, f"enabled: {value}")


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
