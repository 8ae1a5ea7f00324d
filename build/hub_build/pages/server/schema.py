"""A JSON Schema as rows of a table: a line for each value, those inside of others with their path."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Deeper, and longer, a table is no help any more; the schema itself is a click away.
MAX_DEPTH = 3
MAX_ROWS = 40
# Of the words about what a value may be.
MAX_LIMITS = 160

# Limits that are said with their number.
_NUMBERS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
    "format": "{}",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One value: its name (`filter.name`, `items[]`), its type, whether it must be given, what it is, its limits."""

    name: str
    type: str
    required: bool
    text: str
    limits: str


def rows_of_schema(schema: object) -> tuple[Row, ...]:
    """The values of an object that `schema` describes; nothing for what describes none."""
    if not isinstance(schema, Mapping):
        return ()
    rows: list[Row] = []
    for row in _properties(schema, schema, "", 1):
        if len(rows) == MAX_ROWS:
            return (*rows, Row("…", "", False, "The full schema has more.", ""))
        rows.append(row)
    return tuple(rows)


def _properties(schema: Mapping[str, Any], root: Mapping[str, Any], path: str, depth: int) -> Iterator[Row]:
    properties = schema.get("properties")
    required = schema.get("required")
    for name, given in (properties if isinstance(properties, Mapping) else {}).items():
        value = _resolved(given, root)
        full = f"{path}{name}"
        needed = isinstance(required, list) and name in required
        yield Row(full, _type(value, root), needed, _text(value.get("description")), _limits(value))
        if depth < MAX_DEPTH:
            inner, suffix = _inside(value, root)
            yield from _properties(inner, root, f"{full}{suffix}", depth + 1)


def _inside(value: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The schema of what is in `value`, and how its names continue."""
    items = value.get("items")
    return (_resolved(items, root), "[].") if isinstance(items, Mapping) else (value, ".")


def _resolved(schema: object, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """`schema`, or what it refers to in the same document. One step: a circle is a reference to what is shown."""
    if not isinstance(schema, Mapping):
        return {}
    target: object = root
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return _alone(schema)
    for part in reference[2:].split("/"):
        target = target.get(part) if isinstance(target, Mapping) else None
    return {**target, **schema} if isinstance(target, Mapping) else schema


def _alone(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one alternative that is not null, as generators write what may be left out."""
    others = [one for one in schema.get("anyOf") or () if isinstance(one, Mapping) and one.get("type") != "null"]
    return {**others[0], **schema} if len(others) == 1 else schema


def _type(value: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    given = value.get("type")
    if given == "array":
        inner = _type(_resolved(value.get("items"), root), root)
        return f"list of {inner}" if inner else "list"
    if isinstance(given, str):
        return given
    if isinstance(given, list):
        return " or ".join(str(one) for one in given)
    alternatives = value.get("anyOf") or value.get("oneOf")
    if isinstance(alternatives, list):
        kinds = (_text(one.get("type")) for one in alternatives if isinstance(one, Mapping))
        return " or ".join(dict.fromkeys(one for one in kinds if one))
    return "one of" if "enum" in value else ""


def _limits(value: Mapping[str, Any]) -> str:
    said = [_NUMBERS[key].format(value[key]) for key in _NUMBERS if isinstance(value.get(key), int | float | str)]
    if isinstance(value.get("enum"), list):
        said.append(", ".join(_short(one) for one in value["enum"]))
    if "const" in value:
        said.append(f"always {_short(value['const'])}")
    if value.get("default") is not None:
        said.append(f"default {_short(value['default'])}")
    text = "; ".join(said)
    return text if len(text) <= MAX_LIMITS else text[: MAX_LIMITS - 1] + "…"


def _short(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
