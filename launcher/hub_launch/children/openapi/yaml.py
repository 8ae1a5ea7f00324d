"""YAML as the JSON that it means: the types of YAML 1.2's core schema, no aliases, a bound on nesting.

By YAML 1.1, which PyYAML follows, the country `NO` is false, a day is an object and `12:30` a number of seconds.
"""

import re
from typing import Any

import yaml

# libyaml is eight times as fast, and missing in some builds.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The deepest description known has about thirty; what reads them calls itself for each.
MAX_DEPTH = 100

# None, and those that change nothing.
_TAGS = (None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _Loader(_Base):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - PyYAML's own way to say so


for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)", "-0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), list(_first))


def read_yaml(data: bytes) -> Any:
    """The value of a YAML document, with text as the keys of mappings. Raises yaml.YAMLError or ValueError."""
    depth = 0
    for event in yaml.parse(data, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            # Nine lines of them can stand for a billion values.
            raise ValueError(f"{_line(event)} has an alias (*{event.anchor}); write it out")  # noqa: TRY004
        tag = getattr(event, "tag", None)
        if tag not in _TAGS:
            # Sets, days and bytes are no JSON, and what is tagged as a number may be none.
            raise ValueError(f"{_line(event)} has the tag {tag!r}; leave it out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise ValueError(f"{_line(event)} is nested deeper than {MAX_DEPTH} levels")
    return _with_text_keys(yaml.load(data, Loader=_Loader))  # noqa: S506 - a SafeLoader with fewer types


def _line(event: yaml.Event) -> str:
    return f"line {event.start_mark.line + 1}" if event.start_mark else "a line"


def _with_text_keys(value: Any) -> Any:
    """As in JSON, where the answers of an operation are `"200"` and not 200."""
    if isinstance(value, dict):
        return {_text(key): _with_text_keys(inner) for key, inner in value.items()}
    return [_with_text_keys(inner) for inner in value] if isinstance(value, list) else value


def _text(key: Any) -> str:
    return key if isinstance(key, str) else str(key).lower() if isinstance(key, bool) or key is None else str(key)
