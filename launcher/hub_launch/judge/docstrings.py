"""The texts below a model's fields, which are their descriptions in a schema.

Pydantic can read them itself (`use_attribute_docstrings`), but then does as each class is made: every command would
parse the contract's source to start, 60 ms for what schemas alone need.
"""

import ast
import functools
import inspect
import textwrap
from itertools import pairwise

from pydantic import BaseModel


@functools.cache
def descriptions_of(model: type[BaseModel]) -> dict[str, str]:
    """Field -> the text below it, where there is one; of the nearest class that describes it."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            found |= _below_fields(one)
    return found


def _below_fields(model: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    statements = [one for definition in tree.body if isinstance(definition, ast.ClassDef) for one in definition.body]
    texts = {}
    for field, below in pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            value = below.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                texts[field.target.id] = inspect.cleandoc(value.value)
    return texts
