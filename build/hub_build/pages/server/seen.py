"""What a smoke test saw, for people: tools with their parameters, prompts, resources, how long it took to start."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub_build.pages.server.schema import Row, rows_of_schema

Node = Mapping[str, Any]

# Of all tools together, in characters: a page of a server with hundreds of tools stays a page. Those beyond have a
# line, and the link to all there is.
MAX_DETAILS = 14_000
# The definitions themselves are on the page where they are this small; else they are one click further away.
MAX_RAW = 5_000
# Of tools beyond, and of prompts and resources.
MAX_LINE = 140
# Beyond so many a list is a number and a link.
MAX_LISTED = 150

_OUTCOMES = {
    "passed": ("Starts and answers", "good"),
    "failed": ("Did not start, or answered otherwise than declared", "bad"),
    "needs": ("Not tested: it needs credentials", ""),
    "unreachable": ("Did not answer when it was tested", "warn"),
    "untried": ("Could not be tried", ""),
}
_TIERS = {
    "bwrap": "shut in by bubblewrap",
    "landlock": "shut in by Landlock",
    "sandbox-exec": "shut in by sandbox-exec",
    "container": "in a container",
    "none": "not shut in",
}
# Hints that a server gives about a tool, by the protocol's names; what is not said is not shown.
_HINTS = {
    ("readOnlyHint", True): ("reads only", "good"),
    ("destructiveHint", True): ("may delete or overwrite", "warn"),
    ("openWorldHint", True): ("reaches out to the world", ""),
}


@dataclass(frozen=True, slots=True)
class Hint:
    """A word about a tool. tone: as of Fact."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool. Without details for those beyond MAX_DETAILS; raw: its definition as JSON, where there is room."""

    name: str
    title: str
    line: str
    description: str = ""
    hints: tuple[Hint, ...] = ()
    inputs: tuple[Row, ...] = ()
    outputs: tuple[Row, ...] = ()
    raw: str = ""
    detailed: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """A prompt, a resource or a template. arguments: of a prompt."""

    name: str
    line: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """Those that are listed, and how many there are."""

    items: tuple[Named, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Record:
    """The last smoke test of the current version."""

    outcome: str
    tone: str
    reason: str
    date: str
    how: str
    start_seconds: float | None
    protocol: str
    instructions: str
    listed: bool
    """Whether it was asked what it offers; if not, nothing is known, which is not the same as nothing."""
    tools: tuple[Tool, ...]
    prompts: Listed
    resources: Listed


def record(seen: Node) -> Record:
    """The record as its file has it."""
    outcome, tone = _OUTCOMES[seen["outcome"]]
    resources = [*(seen.get("resources") or ()), *(seen.get("resourceTemplates") or ())]
    return Record(
        outcome=outcome,
        tone=tone,
        reason=seen.get("reason") or "",
        date=seen["date"],
        how=_TIERS.get(seen.get("tier") or "", ""),
        start_seconds=seen.get("startSeconds"),
        protocol=seen.get("protocolVersion") or "",
        instructions=seen.get("instructions") or "",
        listed=seen.get("tools") is not None,
        tools=_tools(seen.get("tools") or ()),
        prompts=_listed(seen.get("prompts") or (), "name"),
        resources=_listed(resources, "uri"),
    )


def _tools(definitions: Sequence[Node]) -> tuple[Tool, ...]:
    room, raw_room, made = MAX_DETAILS, MAX_RAW, []
    for one in definitions:
        raw = json.dumps(one, indent=1, ensure_ascii=False)
        raw_room -= len(raw)
        tool = _tool(one)
        room -= _length(tool)
        made.append(tool if room >= 0 else _short(one))
    if raw_room < 0:
        return tuple(made)
    return tuple(_with_raw(tool, one) for tool, one in zip(made, definitions, strict=True))


def _tool(one: Node) -> Tool:
    description = _text(one.get("description"))
    annotations = _annotations(one)
    return Tool(
        name=_text(one.get("name")),
        title=_text(one.get("title")) or _text(annotations.get("title")),
        line=_line(description),
        description=description,
        hints=_hints(annotations),
        inputs=rows_of_schema(one.get("inputSchema")),
        outputs=rows_of_schema(one.get("outputSchema")),
    )


def _short(one: Node) -> Tool:
    hints = _hints(_annotations(one))
    return Tool(_text(one.get("name")), "", _line(_text(one.get("description"))), hints=hints, detailed=False)


def _with_raw(tool: Tool, one: Node) -> Tool:
    return replace(tool, raw=json.dumps(one, indent=1, ensure_ascii=False))


def _annotations(one: Node) -> Node:
    given = one.get("annotations")
    return given if isinstance(given, Mapping) else {}


def _hints(annotations: Node) -> tuple[Hint, ...]:
    return tuple(Hint(*words) for (key, value), words in _HINTS.items() if annotations.get(key) is value)


def _length(tool: Tool) -> int:
    # Of a row the markup counts, which is longer than most of its texts.
    rows = (*tool.inputs, *tool.outputs)
    return len(tool.description) + sum(100 + len(row.name) + len(row.text) + len(row.limits) for row in rows) + 200


def _listed(definitions: Sequence[Node], key: str) -> Listed:
    items = [_named(one, key) for one in definitions[:MAX_LISTED]]
    return Listed(tuple(items), len(definitions))


def _named(one: Node, key: str) -> Named:
    name = _text(one.get(key)) or _text(one.get("uriTemplate")) or _text(one.get("name"))
    arguments = one.get("arguments")
    given = arguments if isinstance(arguments, list) else []
    names = [_text(each.get("name")) for each in given if isinstance(each, Mapping)]
    return Named(name, _line(_text(one.get("description")) or _text(one.get("title"))), tuple(names))


def _line(text: str) -> str:
    """The first sentence or line, as far as it fits."""
    first = text.strip().partition("\n")[0]
    sentence = first.partition(". ")[0]
    chosen = sentence if len(sentence) < len(first) else first
    return chosen if len(chosen) <= MAX_LINE else chosen[: MAX_LINE - 1].rstrip() + "…"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
