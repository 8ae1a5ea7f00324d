"""The README, with those of its parts that are made of something else."""

from collections.abc import Callable
from pathlib import Path

from hub_build.docs import benchmarks, hostile

README = Path(__file__).parents[3] / "README.md"

# A part stands between `<!-- name -->` and `<!-- /name -->`. To add one: a function that returns it, and a line here.
PARTS: dict[str, Callable[[], str]] = {"benchmarks": benchmarks.headlines, "hostile": hostile.table}


def page() -> str:
    """The whole file, with each part as it should be."""
    text = README.read_text(encoding="utf-8")
    for name, part in PARTS.items():
        text = _with(text, name, part())
    return text


def _with(text: str, name: str, part: str) -> str:
    before, begin, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->\n")
    if not end:
        raise LookupError(
            f"the README needs lines <!-- {name} --> and <!-- /{name} -->, between which that part stands"
        )
    return f"{before}{begin}\n{part}\n{end}{after}"
