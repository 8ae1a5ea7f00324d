"""The contract as JSON Schema: for editors, and to find out what the schema wants at one place of a document."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from hub_launch.catalog import Entry, Lists, Profile
from hub_launch.judge.docstrings import descriptions_of
from hub_launch.judge.findings import Pointer

Node = dict[str, Any]

# Editors (yaml-language-server among them) know draft-07 well and later drafts in part; we need nothing later.
DRAFT = "http://json-schema.org/draft-07/schema#"
DEFINITIONS = "#/definitions/"


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, without null: an entry leaves out what it does not say."""

    schema_dialect = DRAFT

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, text in descriptions_of(model).items():
            field = made.get("properties", {}).get(model.model_fields[name].alias or name)
            if field is not None:
                field.setdefault("description", text)
        return made


def schema_of(model: type[BaseModel]) -> Node:
    """The JSON Schema (draft-07) of what `model` accepts as a document: keys by alias, no null."""
    schema = model.model_json_schema(by_alias=True, schema_generator=_Generator, ref_template=DEFINITIONS + "{model}")
    definitions = schema.pop("$defs", {})
    return {"$schema": DRAFT, **schema, "definitions": definitions}


def components_of(models: Sequence[type[BaseModel]]) -> Node:
    """The JSON Schemas of what `models` accept, and of all they refer to, by name, as OpenAPI keeps them."""
    _, schema = models_json_schema(
        [(model, "validation") for model in models],
        by_alias=True,
        schema_generator=_Generator,
        ref_template="#/components/schemas/{model}",
    )
    definitions: Node = schema["$defs"]
    return definitions


@functools.cache
def entry_schema() -> Node:
    """The schema of an entry, made once."""
    return schema_of(Entry)


@functools.cache
def lists_schema() -> Node:
    """The schema of the lists, made once."""
    return schema_of(Lists)


@functools.cache
def profile_schema() -> Node:
    """The schema of a profile, made once."""
    return schema_of(Profile)


@dataclass(frozen=True, slots=True)
class Spot:
    """What the schema wants at one place of a document.

    pointer: the place. node: the schema there. above: the schema of what contains it.
    fits: False if the way there leads through an alternative that is not meant: a list where text is given.
    """

    pointer: Pointer
    node: Node
    above: Node
    fits: bool


def locate(loc: tuple[str | int, ...], document: Any, schema: Node | None = None) -> Spot:
    """Where in `document` pydantic's error location `loc` is: without the names of alternatives that it passes.

    schema: of the document; that of an entry when absent.
    """
    schema = schema or entry_schema()
    node, above, pointer, value, fits = schema, schema, list[str | int](), document, True
    for part in loc:
        if "discriminator" in node:
            node = resolved(node, schema, {node["discriminator"]["propertyName"]: part})
        elif "anyOf" in node:
            node = next((one for one in node["anyOf"] if _is_list(one) == str(part).startswith("tuple")), {})
            fits = fits and _is_list(node) == isinstance(value, list)
        elif part != "[key]":
            pointer.append(part)
            above, node, value = node, _followed(child_of(node, part), schema), _value(value, part)
    return Spot(tuple(pointer), node, above, fits)


def child_of(node: Node, part: str | int) -> Node:
    """The schema of the item or key `part` of what `node` describes; empty if it has none."""
    if isinstance(part, int):
        return _node(node.get("items"))
    return _node(node.get("properties", {}).get(part) or node.get("additionalProperties"))


def resolved(node: Node, schema: Node, value: Any) -> Node:
    """`node` with references followed, and of its alternatives the one that `value` chooses."""
    node = _followed(node, schema)
    if "discriminator" in node and isinstance(value, dict):
        chosen = value.get(node["discriminator"]["propertyName"])
        return _followed({"$ref": node["discriminator"]["mapping"].get(chosen)}, schema)
    if "anyOf" in node:
        return next((one for one in node["anyOf"] if _is_list(one) == isinstance(value, list)), {})
    return node


def _followed(node: Node, schema: Node) -> Node:
    reference = node.get("$ref") or ""
    if not reference:
        return node
    return {**schema["definitions"].get(reference.removeprefix(DEFINITIONS), {}), **node}


def _node(found: Any) -> Node:
    return found if isinstance(found, dict) else {}


def _value(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _is_list(node: Node) -> bool:
    return node.get("type") == "array"
