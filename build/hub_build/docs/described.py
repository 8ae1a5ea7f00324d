"""One class, function or value of a Python package, in Markdown."""

import re
from collections.abc import Iterable, Iterator, Mapping

import griffe

from hub_build.reference import cell, code

_OF_PYDANTIC = ("model_config",)


def described(name: str, found: griffe.Object | griffe.Alias) -> Iterator[str]:
    """A section about it: signature, docstring, and the members of a class or the parameters of a function."""
    thing = found.final_target if isinstance(found, griffe.Alias) else found
    yield f"### {name}\n"
    yield f"```python\n{_signature(name, thing)}\n```\n"
    if isinstance(thing, griffe.Class):
        text, about = _taken_apart(thing, thing.members)
        yield from text
        yield from _members(thing, about)
    elif isinstance(thing, griffe.Function):
        text, about = _taken_apart(thing, [one.name for one in thing.parameters])
        yield from text
        yield from (f"- `{one}`: {meaning}\n" for one, meaning in about.items())
    else:
        yield from said(thing)


def _taken_apart(thing: griffe.Object, names: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """A docstring's paragraphs, and what it says of fields or parameters: `path: where. mode: how.`."""
    word = "|".join(names)
    start = re.compile(rf"(?:^|(?<=[.;?] ))((?:{word})(?:(?:, | and )(?:{word}))*): ") if word else re.compile("(?!)")
    said, about = [], dict[str, str]()
    for paragraph in (thing.docstring.value if thing.docstring else "").split("\n\n"):
        before, *pairs = start.split(cell(paragraph))
        said += [before.strip() + "\n"] if before.strip() else []
        for name, meaning in zip(pairs[::2], pairs[1::2], strict=True):
            about |= dict.fromkeys(re.split(", | and ", name), meaning.strip())
    return said, about


def _signature(name: str, thing: griffe.Object) -> str:
    if isinstance(thing, griffe.Function):
        given = ", ".join(_parameters(thing))
        start = "async def" if "async" in thing.labels else "def"
        return _folded(f"{start} {name}(", given, f") -> {thing.returns}")
    if isinstance(thing, griffe.Class):
        bases = ", ".join(map(str, thing.bases))
        return f"class {name}({bases})" if bases else f"class {name}"
    return f"{name} = {thing.value}" if isinstance(thing, griffe.Attribute | griffe.TypeAlias) else name


def _folded(start: str, inner: str, end: str) -> str:
    """On one line, or with the parameters below, where it would be wider than the page's column."""
    whole = f"{start}{inner}{end}"
    return whole if len(whole) <= 80 else f"{start}\n    {inner.replace(', *, ', ', *,§')}\n{end}".replace("§", " ")


def _parameters(function: griffe.Function) -> Iterator[str]:
    star = False
    for one in function.parameters:
        if one.name == "self":
            continue
        if one.kind is griffe.ParameterKind.keyword_only and not star:
            star = True
            yield "*"
        default = f" = {one.default}" if one.default is not None else ""
        yield f"{one.name}: {one.annotation}{default}"


def _members(thing: griffe.Class, about: Mapping[str, str]) -> Iterator[str]:
    """Public fields and methods, as a table. about: what the class says of them."""
    rows = [row for name, one in thing.members.items() if name[0] != "_" for row in _row(name, one, about)]
    if rows:
        yield "| member | type | meaning |"
        yield "|---|---|---|"
        yield from rows
        yield ""


def _row(name: str, one: griffe.Object | griffe.Alias, about: Mapping[str, str]) -> Iterator[str]:
    if isinstance(one, griffe.Function):
        shown = code(f"{name}({', '.join(_parameters(one))})")
        yield f"| {shown} | {_type(one)} | {_meaning(one)} |"
    elif isinstance(one, griffe.Attribute) and name not in _OF_PYDANTIC:
        meaning = _meaning(one) or about.get(name) or _commented(one)
        yield f"| `{name}` | {_type(one)} | {meaning} |"


def _type(one: griffe.Attribute | griffe.Function) -> str:
    """A type as code; of a constant without one its value."""
    said = one.returns if isinstance(one, griffe.Function) else one.annotation
    if said is None and isinstance(one, griffe.Attribute) and not isinstance(one.value, griffe.ExprName):
        said = one.value
    return code(_without_checks(str(said))) if said is not None else ""


def _without_checks(annotation: str) -> str:
    """`Annotated[str, Field(max_length=100)]` is a `str` to who reads it."""
    before, found, after = annotation.partition("Annotated[")
    if not found:
        return annotation
    depth, comma = 1, 0
    for place, letter in enumerate(after):
        depth += (letter in "[(") - (letter in "])")
        comma = comma or place * (letter == "," and depth == 1)
        if not depth:
            return before + _without_checks(after[:comma]) + _without_checks(after[place + 1 :])
    return annotation


def _meaning(thing: griffe.Object) -> str:
    return cell(thing.docstring.value) if thing.docstring else ""


def _commented(one: griffe.Attribute) -> str:
    """What stands beside a value in the code: `FAILED = 1  # it ran, and the answer is no`."""
    line = one.lines[0] if one.lines else ""
    return cell(line.partition("  # ")[2])


def said(thing: griffe.Object | griffe.Alias) -> Iterator[str]:
    """A docstring as it is."""
    if thing.docstring:
        yield "\n\n".join(map(cell, thing.docstring.value.split("\n\n"))) + "\n"
