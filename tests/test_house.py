"""The house's own measures: what is long, or named by nobody, is so for a reason that stands here."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSES = ("launcher/hub_launch", "build/hub_build", "benchmarks")
MAX_MODULE = 400
MAX_FUNCTION = 40

# Looked at one by one: file or file:function, and why it is easier to read in one piece.
LONG = {
    "launcher/hub_launch/hub/rest/models.py": "what the REST API says, a model after the other: nothing in it branches",
    "launcher/hub_launch/servers/registry.py:create_server": "a short function for each tool, as FastMCP has them",
}
# Named by nobody in the code: the tests prove by them that a table is whole.
FOR_TESTS = {
    "build/hub_build/promises.py:UNPROMISED",
    "build/hub_build/traits.py:FILESYSTEMS",
    "build/hub_build/traits.py:NETWORKS",
}


@pytest.fixture(scope="module")
def modules():
    """Path relative to the checkout -> text, of all code that is no test."""
    files = [path for house in HOUSES for path in sorted((ROOT / house).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files}


def _functions(text):
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_what_is_long_has_a_reason(modules):
    long = {path for path, text in modules.items() if text.count("\n") > MAX_MODULE}
    for path, text in modules.items():
        sizes = {one.name: one.end_lineno - one.lineno + 1 for one in _functions(text)}
        long |= {f"{path}:{name}" for name, size in sizes.items() if size > MAX_FUNCTION}
    assert long - LONG.keys() == set(), "split them, or say in LONG why not"
    assert LONG.keys() - long == set(), "they are no longer long"


def _own(node):
    """The names that a statement at the top of a module gives, if nothing but its name leads to them."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        # What is decorated is known to whoever decorates.
        return [] if node.decorator_list else [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [one.id for one in targets if isinstance(one, ast.Name)]
    return []


def test_everything_has_a_name_that_somebody_says(modules):
    words = Counter(word for text in modules.values() for word in re.findall(r"\w+", text))
    words.update(re.findall(r"\w+", "".join((ROOT / one / "pyproject.toml").read_text() for one in (".", "launcher"))))
    unsaid = {
        f"{path}:{name}"
        for path, text in modules.items()
        for node in ast.parse(text).body
        for name in _own(node)
        if words[name] == 1 and not name.startswith("__")
    }
    assert unsaid - FOR_TESTS == set(), "remove them"
    assert FOR_TESTS - unsaid == set()
