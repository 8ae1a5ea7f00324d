"""The way of one file: bytes, text, events, document; what goes wrong on it becomes findings."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from hub_launch.judge.findings import Finding, Verdict, json_pointer
from hub_launch.judge.load.builder import Builder, Stop
from hub_launch.judge.load.json_events import JsonSyntaxError, json_events
from hub_launch.judge.load.loaded import Loaded
from hub_launch.judge.load.profile import MAX_FINDINGS, Profile
from hub_launch.judge.load.text import HIDDEN, decode, hidden_characters, read_bounded, too_large

# libyaml is eight times faster and reads the same; PyYAML lacks it where it was built without a C compiler.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What the parser says, and what has usually happened.
_SYNTAX_HINTS = {
    "mapping values are not allowed": "quote a value that contains `: `, and check the indentation",
    "cannot start any token": "indent with spaces, not tabs; quote a value that starts with @, ` or %",
    "could not find expected ':'": "a key needs a colon and a space: `key: value`",
    "did not find expected key": "check the indentation, and that every quote is closed",
    "expected <block end>": "check the indentation, and that every quote is closed",
    "tab character": "indent with spaces, not tabs",
    "did not find expected ',' or": "close the [ or { that was opened, and put commas between its parts",
    "expected ',' or": "close the [ or { that was opened, and put commas between its parts",
    "did not find expected node content": "close the [ or { that was opened",
    "unexpected end of stream": "close the quote that was opened",
    "control characters are not allowed": "remove the character",
}


def load_file(path: Path, file: str, profile: Profile) -> Loaded | tuple[Finding, ...]:
    """Read `path`, which findings call `file`. Never raises for what the file contains."""
    data = read_bounded(path, file, profile.max_bytes)
    return (data,) if isinstance(data, Finding) else load_bytes(data, file, profile)


def load_bytes(data: bytes, file: str, profile: Profile) -> Loaded | tuple[Finding, ...]:
    """`data` as a document with positions, or the findings that say why it is none."""
    if len(data) > profile.max_bytes:
        return (too_large(file, profile.max_bytes),)
    text = decode(data, file)
    if isinstance(text, Finding):
        return (text,)
    if not HIDDEN.search(text):
        return _build(text, file, profile)
    return _report_hidden(text, file, _build(HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text), file, profile))


def _build(text: str, file: str, profile: Profile) -> Loaded | tuple[Finding, ...]:
    builder = Builder(file, profile)
    try:
        for event in _events(text, profile):
            builder.feed(event)
    except Stop:
        return tuple(builder.findings)
    except JsonSyntaxError as error:
        return _syntax(file, error.line, error.column, f"not JSON: {error.message}")
    except yaml.MarkedYAMLError as error:
        return (*builder.findings, *_marked(file, error))
    # Pure Python's reader raises ValueError for escapes beyond Unicode.
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return (*builder.findings, *_syntax(file, 1, None, f"not YAML: {error}"))
    if not builder.spots and not builder.findings:
        return (Finding(file, 1, None, "", Verdict.FAIL, "empty", "the file is empty", "write `key: value` lines"),)
    return Loaded(file, builder.document, builder.spots, tuple(builder.findings), text)


def _events(text: str, profile: Profile) -> Iterator[yaml.Event]:
    if profile.json:
        return json_events(text, profile.max_depth, profile.max_nodes)
    return _yaml_events(text)


def _yaml_events(text: str) -> Iterator[yaml.Event]:
    loader = LOADER(text)
    try:
        while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
            yield event
    finally:
        loader.dispose()


def _report_hidden(text: str, file: str, result: Loaded | tuple[Finding, ...]) -> Loaded | tuple[Finding, ...]:
    found = []
    for line, column, description in islice(hidden_characters(text), MAX_FINDINGS):
        pointer = json_pointer(result.pointer_at((line, column))) if isinstance(result, Loaded) else ""
        message = f"the line contains {description}"
        found.append(Finding(file, line, column, pointer, Verdict.FAIL, "hidden-character", message, "remove it"))
    if isinstance(result, Loaded):
        return replace(result, findings=(*found, *result.findings))
    return (*found, *result)


def _marked(file: str, error: yaml.MarkedYAMLError) -> tuple[Finding, ...]:
    mark = error.problem_mark or error.context_mark
    problem = " ".join(filter(None, (error.context, error.problem)))
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, None)
    return _syntax(file, line, column, f"not YAML: {problem}")


def _syntax(file: str, line: int, column: int | None, message: str) -> tuple[Finding, ...]:
    hint = next((hint for words, hint in _SYNTAX_HINTS.items() if words in message), "")
    return (Finding(file, line, column, "", Verdict.FAIL, "syntax", message, hint),)
