"""The entry keeps to the contract: the launcher's own models, their errors in words that a publisher can act on."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hub_launch.judge.checks.explain import Problem, explain, suggestion
from hub_launch.judge.contract import Node, entry_schema, locate
from hub_launch.judge.findings import Finding, json_pointer
from hub_launch.judge.load import Loaded
from hub_launch.judge.registry import Source


def check(source: Source) -> Iterator[Finding]:
    """Every way in which the document breaks the schema, except where the loader has already objected."""
    if source.errors is not None:
        yield from violations(source.loaded, source.errors, entry_schema())


def violations(loaded: Loaded, errors: ValidationError, schema: Node) -> Iterator[Finding]:
    """Pydantic's `errors` about a document of that schema, in words."""
    document = loaded.document
    objected = {finding.pointer for finding in loaded.findings if finding.pointer}
    problems = [_problem(error, document, schema) for error in errors.errors(include_url=False)]
    misspelt = {(*one.pointer[:-1], suggestion(one)) for one in problems if one.kind == "extra_forbidden"}
    for problem in problems:
        if _is_echo(problem) or _covered(problem, objected):
            continue
        if problem.kind == "missing" and problem.pointer in misspelt:
            continue  # the unknown key beside it says the same, and more
        yield _finding(loaded, problem)


def _problem(error: ErrorDetails, document: Any, schema: Node) -> Problem:
    spot = locate(error["loc"], document, schema)
    return Problem(error["type"], spot, error["input"], error.get("ctx", {}), error["msg"])


def _finding(loaded: Loaded, problem: Problem) -> Finding:
    explained = explain(problem)
    pointer = problem.pointer + explained.below
    at_key = problem.kind == "extra_forbidden"
    # What is missing is nowhere: its parent is shown.
    return loaded.finding(pointer, explained.rule, explained.message, explained.hint, key=at_key)


def _is_echo(problem: Problem) -> bool:
    """Whether it only repeats another: pydantic counts the valid items, and tries every alternative of a union."""
    if problem.kind == "too_short":
        return bool(len(problem.value) >= problem.context["min_length"])
    return not problem.spot.fits


def _covered(problem: Problem, objected: set[str]) -> bool:
    if problem.kind == "extra_forbidden":
        return False  # what is wrong with the value says nothing about the key
    pointers = (json_pointer(problem.pointer[:length]) for length in range(1, len(problem.pointer) + 1))
    if problem.kind == "value_error" and any(one.startswith(json_pointer(problem.pointer)) for one in objected):
        return True  # a rule about a whole whose parts could not be read
    return any(pointer in objected for pointer in pointers)
