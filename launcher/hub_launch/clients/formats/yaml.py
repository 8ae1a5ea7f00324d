"""YAML, as Goose writes its settings: a mapping, key by key on lines of their own."""

import json
from collections.abc import Mapping
from typing import Any

import yaml

_INDENT = 2


def parse(text: str) -> Any:
    """The values; None for a file without any. Raises ValueError."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error).replace("\n", " ")) from error
    except (ArithmeticError, AttributeError, LookupError) as error:
        # What PyYAML's own types raise for `!!bool maybe`, `!!int ""`, `!!timestamp soon`.
        raise ValueError(f"a value is not of the type that its tag says ({error})") from error


def insertion(text: str, section: tuple[str, ...], name: str, value: Mapping[str, Any]) -> tuple[int, str]:
    """See Format."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    newline = "\r\n" if "\r\n" in text else "\n"
    if root is None:
        return len(text), _end(text, newline) + _block(section, {name: value}, 0, newline)
    node: Any = root
    depth = 0
    for key in section:
        inner = _child(node, key)
        if inner is None:
            break
        node, depth = inner, depth + 1
    if node.id != "mapping":
        raise ValueError(f"line {node.start_mark.line + 1}: it is no mapping")
    if node.flow_style:
        # `{}` or `{a: b}`, in which JSON may stand.
        return node.start_mark.index + 1, _flow((*section[depth:], name), value) + (", " if node.value else "")
    indent = node.start_mark.column
    place = _after(text, node)
    return place, _end(text[:place], newline) + _block((*section[depth:], name), value, indent, newline)


def removal(text: str, section: tuple[str, ...], name: str) -> tuple[int, int]:
    """Where a server stands, with the section if it has no other. Raises ValueError where it does not."""
    node, found = yaml.compose(text, Loader=yaml.SafeLoader), None
    for key in (*section, name):
        if not isinstance(node, yaml.MappingNode) or node.flow_style or _child(node, key) is None:
            raise ValueError(f"it has no {name} on lines of its own")
        if found is None or len(node.value) > 1:
            found = next(one for one in node.value if one[0].value == key)
        node = _child(node, key)
    if found is None:
        raise ValueError(f"it has no {name}")
    start = found[0].start_mark
    return start.index - start.column, _after(text, found[1])


def _child(node: Any, key: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _after(text: str, node: Any) -> int:
    """Behind the last line of a mapping that says something: its end mark is where the next thing begins."""
    last = node
    while isinstance(last, yaml.MappingNode | yaml.SequenceNode) and last.value:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    end = int(last.end_mark.index)
    if text[:end].endswith("\n"):
        # Text in a block goes to the next line, and blank lines behind it may be its own.
        return end
    newline = text.find("\n", end)
    return len(text) if newline < 0 else newline + 1


def _end(before: str, newline: str) -> str:
    return "" if not before or before.endswith("\n") else newline


def _flow(keys: tuple[str, ...], value: Any) -> str:
    for key in reversed(keys[1:]):
        value = {key: value}
    return f"{json.dumps(keys[0])}: {json.dumps(value, ensure_ascii=False)}"


def _block(keys: tuple[str, ...], value: Any, indent: int, newline: str) -> str:
    for key in reversed(keys):
        value = {key: value}
    text = yaml.safe_dump(value, sort_keys=False, indent=_INDENT, allow_unicode=True)
    return "".join(f"{' ' * indent}{line}{newline}" for line in text.splitlines())
