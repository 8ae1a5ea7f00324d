"""Files of other registries into plain values, within bounds. Looser than our own loader where strangers are looser."""

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from hub_launch.judge.findings import Finding, Verdict
from hub_launch.judge.load import YAML_SPEC, Loaded, load_bytes
from hub_launch.judge.load.profile import MAX_FINDINGS
from hub_launch.judge.load.scalars import Plain, lenient_plain
from hub_launch.judge.load.text import decode, read_bounded

# The official list with all versions had 80,000 entries of about 1 kB in 2026, with some 40 values each.
MAX_JSON_BYTES = 256 * 1024 * 1024
MAX_JSON_VALUES = 5_000_000
# A `servers.yaml` with thousands of servers; YAML is read a hundred times slower than JSON.
MAX_YAML_BYTES = YAML_SPEC.max_bytes
# `_meta` of publishers holds JSON Schemas of tools, which nest to about 20.
MAX_DEPTH = 96

JSON_ENDING = ".json"


def _faithful_plain(text: str) -> Plain:
    """A number only where it is written as JSON would write it, so that the version `1.10` does not become 1.1."""
    value = lenient_plain(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return value if math.isfinite(value) and json.dumps(value) == text else text


_PROFILE = replace(YAML_SPEC, plain=_faithful_plain)

_DOCUMENT_START = re.compile(rb"\A((?:[ \t]*(?:#[^\n]*)?\n)*)---[ \t]*\n")


def read_document(path: Path, file: str) -> dict[str, Any] | tuple[Finding, ...]:
    """The document in `path`, which findings call `file`: JSON by its ending, else YAML. Raises nothing for content."""
    is_json = path.suffix.lower() == JSON_ENDING
    data = read_bounded(path, file, MAX_JSON_BYTES if is_json else MAX_YAML_BYTES)
    if isinstance(data, Finding):
        return (data,)
    return _json(data, file) if is_json else _yaml(data, file)


def _yaml(data: bytes, file: str) -> dict[str, Any] | tuple[Finding, ...]:
    loaded = load_bytes(data, file, _PROFILE)
    if not isinstance(loaded, Loaded) and [finding.rule for finding in loaded] == ["root"]:
        # Some lists of servers have no name for themselves.
        return _named(data, file)
    return _clean(loaded)


def _named(data: bytes, file: str) -> dict[str, Any] | tuple[Finding, ...]:
    """A list as the `servers` of a document; findings have the lines of the file as it is."""
    content, starts = _DOCUMENT_START.subn(rb"\1", data, count=1)
    read = _clean(load_bytes(b"servers:\n" + content, file, _PROFILE))
    if isinstance(read, dict):
        return read
    return tuple(replace(finding, line=max(1, finding.line - 1 + starts)) for finding in read)


def _clean(loaded: Loaded | tuple[Finding, ...]) -> dict[str, Any] | tuple[Finding, ...]:
    if not isinstance(loaded, Loaded):
        return loaded
    # Invisible characters are a matter of the entry, which is read again by our own loader; all else is doubtful.
    doubts = tuple(finding for finding in loaded.findings if finding.rule != "hidden-character")
    return doubts or loaded.document


def _json(data: bytes, file: str) -> dict[str, Any] | tuple[Finding, ...]:
    text = decode(data, file)
    if isinstance(text, Finding):
        return (text,)
    # Before it is parsed: a byte of JSON may take a hundred in memory. Signs inside of texts count too.
    if sum(map(text.count, "[{,")) > MAX_JSON_VALUES:
        return (_finding(file, f"more than {MAX_JSON_VALUES:,} values", "too-many"),)
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return (_finding(file, f"not JSON: {error.msg}", "syntax", error.lineno, error.colno),)
    except (ValueError, RecursionError) as error:
        return (_finding(file, f"not JSON: {error}", "syntax"),)
    if isinstance(document, list):
        document = {"servers": document}
    if not isinstance(document, dict):
        return (_finding(file, "the file must be an object", "root"),)
    if _deeper(document, MAX_DEPTH):
        return (_finding(file, f"more than {MAX_DEPTH} levels deep", "too-deep"),)
    return document


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _deeper(document: Any, levels: int) -> bool:
    """Whether `document` nests deeper than `levels`. Level by level, so that depth costs no stack."""
    layer = [document]
    for _ in range(levels):
        layer = [
            inner
            for value in layer
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return False
    return True


def _finding(file: str, message: str, rule: str, line: int = 1, column: int | None = None) -> Finding:
    return Finding(file, line, column, "", Verdict.FAIL, rule, message)


def told_briefly(findings: tuple[Finding, ...]) -> str:
    """What is wrong with a file, in one line."""
    shown = [f"line {finding.line}: {finding.message}" for finding in findings[:MAX_FINDINGS]]
    return "; ".join(shown)
