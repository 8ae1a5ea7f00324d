"""Which pages there are, and who writes each."""

from collections.abc import Callable
from pathlib import Path

from hub_build.docs import (
    benchmarks,
    build_commands,
    changelog,
    checks,
    commands,
    hostile,
    picture,
    python,
    readme,
    rest,
)

DOCS = Path(__file__).parents[3] / "site_src" / "docs"

# To add a page: a module beside this one with a function that returns it, and a line here and in mkdocs.yml.
PAGES: dict[str, Callable[[], str]] = {
    "benchmarks.md": benchmarks.page,
    "changelog.md": changelog.page,
    "checks.md": checks.page,
    "cli.md": commands.page,
    "hostile.md": hostile.page,
    "hub-build.md": build_commands.page,
    "python.md": python.page,
    "rest.md": rest.page,
    "images/rooms.svg": picture.light,
    "images/rooms-dark.svg": picture.dark,
    "../../README.md": readme.page,
}


def stale() -> dict[Path, str]:
    """The pages that are not what the code says, with what it says."""
    current = {(DOCS / name).resolve(): page() for name, page in PAGES.items()}
    return {path: text for path, text in current.items() if not path.is_file() or path.read_text("utf-8") != text}
