"""Every page can be found, and none is longer than one reads."""

from pathlib import Path

import pytest
import yaml
from tests.docs.pages import DOCS, PAGES, ROOT, is_generated

# What a person reads in one go; generated references are looked things up in.
MAX_LINES = 250


def test_every_page_is_reachable_from_the_navigation():
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (all of it as text)
    named = [page for section in config["nav"] for pages in section.values() for page in places(pages)]
    assert len(named) == len(set(named))
    assert {path.name for path in PAGES} - set(named) == set(config["not_in_nav"].split())
    assert [page for page in named if not (DOCS / page).exists()] == []


def places(pages: str | list[dict[str, str]]) -> list[str]:
    return [pages] if isinstance(pages, str) else [place for page in pages for place in page.values()]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_page_is_too_long_unless_it_is_written_by_the_code(page):
    assert is_generated(page) or page.read_text(encoding="utf-8").count("\n") <= MAX_LINES


def test_every_picture_is_used_and_there():
    used = "".join(page.read_text(encoding="utf-8") for page in [*PAGES, ROOT / "README.md"])
    assert [path.name for path in sorted(Path(DOCS, "images").iterdir()) if path.name not in used] == []
