"""The contract as files for editors and scripts: `schema/*.json`, generated from the models, never edited."""

import json
from collections.abc import Iterator
from typing import Any

from hub_build.samples import SAMPLES
from hub_launch.catalog import Index, Recorded
from hub_launch.config.models import Config
from hub_launch.judge.contract import Node, child_of, entry_schema, lists_schema, profile_schema, resolved, schema_of
from hub_launch.judge.official import OfficialServer
from hub_launch.judge.words import PATTERN_WORDS

# Enough to see the form; an editor lists them all.
MAX_EXAMPLES = 3


def schema_files() -> dict[str, bytes]:
    """Every schema by file name: JSON with indentation, because people read them and git shows their changes."""
    return {
        "entry.schema.json": _file("entry", entry_with_examples()),
        "lists.schema.json": _file("lists", _copy(lists_schema())),
        "index.schema.json": _file("index", schema_of(Index)),
        "profile.schema.json": _file("profile", _copy(profile_schema())),
        "recorded.schema.json": _file("recorded", schema_of(Recorded)),
        "server.schema.json": _file("server", schema_of(OfficialServer)),
        "hub.schema.json": _file("hub", hub_schema()),
    }


def hub_schema() -> Node:
    """The schema of hub.yaml: a variable may stand for a number or a truth, and `time:` is enough of a server."""
    schema = _copy(schema_of(Config))
    for node in list(nodes_of(schema)):
        if node.get("type") in ("integer", "boolean"):
            wanted = {key: node.pop(key) for key in list(node) if key not in ("description", "default")}
            node["anyOf"] = [wanted, {"type": "string", "pattern": r"\$\{"}]
        if "patternProperties" in node:
            node["additionalProperties"] = False
            node.pop("propertyNames", None)
    for pattern, server in schema["properties"]["servers"]["patternProperties"].items():
        schema["properties"]["servers"]["patternProperties"][pattern] = {"anyOf": [server, {"type": "null"}]}
    return schema


def entry_with_examples() -> Node:
    """The schema of an entry, with an example for each value that needs one."""
    return _with_examples(_copy(entry_schema()))


def _file(name: str, schema: Node) -> bytes:
    # A relative address: it holds wherever the repository or the site is.
    whole = {"$schema": schema.pop("$schema"), "$id": f"{name}.schema.json", **schema}
    for node in nodes_of(whole):
        # Editors of the VS Code family show this in the place of the pattern.
        words = PATTERN_WORDS.get(str(node.get("pattern")))
        if words:
            node["patternErrorMessage"] = f"Write {words}."
        if "$ref" in node and len(node) > 1:
            # Draft-07 ignores what stands beside a reference.
            node["allOf"] = [{"$ref": node.pop("$ref")}]
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()


def nodes_of(schema: Any) -> Iterator[Node]:
    """`schema` and every schema in it."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _with_examples(schema: Node) -> Node:
    """`schema` with the samples as examples: of the whole, and of every value in them at its place."""
    for sample in SAMPLES:
        _add_examples(schema, schema, sample)
    return {**schema, "examples": list(SAMPLES)}


def _add_examples(node: Node, schema: Node, value: Any) -> None:
    """Examples for `node` and what is below it; as deep as a sample is."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, inner in pairs:
        below = child_of(resolved(node, schema, value), part)
        if not isinstance(inner, dict | list):
            _add_example(below, inner)
        _add_examples(below, schema, inner)


def _add_example(node: Node, value: Any) -> None:
    # A choice, a flag or a constant needs no example: the editor offers what there is.
    if node.keys() & {"enum", "const", "anyOf", "$ref"} or node.get("type") == "boolean" or not node:
        return
    examples = node.setdefault("examples", [])
    if value not in examples and len(examples) < MAX_EXAMPLES:
        examples.append(value)


def _copy(schema: Node) -> Node:
    copied: Node = json.loads(json.dumps(schema))
    return copied
