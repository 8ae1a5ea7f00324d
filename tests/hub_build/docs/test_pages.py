"""What the code says of itself is what the pages say."""

import pytest

from hub_build.docs import __main__ as command
from hub_build.docs import pages
from hub_build.docs.pages import DOCS, PAGES, stale


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "`make schema` writes it"


def test_a_page_that_differs_is_named_and_then_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pages, "DOCS", tmp_path)
    monkeypatch.setattr(pages, "PAGES", {"cli.md": lambda: "new\n"})
    (tmp_path / "cli.md").write_text("old\n")
    assert command.main(["--check"]) == 1
    assert "cli.md; `make schema` writes it" in capsys.readouterr().out
    assert command.main([]) == 0
    assert (tmp_path / "cli.md").read_text() == "new\n"
    assert command.main(["--check"]) == 0
    assert stale() == {}
