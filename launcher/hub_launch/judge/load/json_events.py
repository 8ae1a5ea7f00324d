"""JSON as the events that YAML parsers give, so that both are built, bounded and located by the same code."""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

import yaml

# Possessive, so that a long string is one step and no backtracking.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]|[^\s,:\[\]{}"]++')
_STARTS = {"{": yaml.MappingStartEvent, "[": yaml.SequenceStartEvent}
_ENDS = {"}": yaml.MappingEndEvent, "]": yaml.SequenceEndEvent}


class JsonSyntaxError(ValueError):
    """Not JSON: message, line and column (from 1)."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def json_events(text: str, max_depth: int, max_nodes: int) -> Iterator[yaml.Event]:
    """The events of the JSON document `text`. Raises JsonSyntaxError.

    A document beyond the bounds gives events whether or not all of it is JSON: who builds from them
    refuses it when the bound is reached.
    """
    if _within(text, max_depth, max_nodes):
        _check_grammar(text)
    line, line_start, seen = 0, 0, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        line_start = max(line_start, text.rfind("\n", seen, match.start()) + 1)
        seen = match.start()
        yield _event(match[0], yaml.Mark("", seen, line, seen - line_start, None, 0))


def _event(token: str, mark: yaml.Mark) -> yaml.Event:
    if token in _STARTS:
        return _STARTS[token](None, None, True, start_mark=mark)
    if token in _ENDS:
        return _ENDS[token](start_mark=mark)
    if token[0] == '"':
        return yaml.ScalarEvent(None, None, (False, True), json.loads(token), start_mark=mark, style='"')
    return yaml.ScalarEvent(None, None, (True, False), token, start_mark=mark)


def _check_grammar(text: str) -> None:
    try:
        # Numbers are read by the builder, within bounds; here they only have to look like numbers.
        json.loads(text, parse_int=len, parse_float=len, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise JsonSyntaxError(error.msg, error.lineno, error.colno) from None


def _no_constant(name: str) -> NoReturn:
    raise JsonSyntaxError(f"{name} is not JSON", 1, 1)


def _within(text: str, max_depth: int, max_nodes: int) -> bool:
    """Whether `text` keeps the bounds: asked first, because the standard parser recurses and takes all at once."""
    depth = nodes = 0
    for match in _TOKEN.finditer(text):
        depth += (match[0] in _STARTS) - (match[0] in _ENDS)
        nodes += match[0] not in _ENDS
        if depth > max_depth or nodes > max_nodes:
            return False
    return True
