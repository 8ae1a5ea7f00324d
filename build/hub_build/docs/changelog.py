"""The page with what has changed: CHANGELOG.md, with links as they are among pages."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).parents[3] / "CHANGELOG.md"

_TO_PAGE = re.compile(r"\]\(site_src/docs/")
_ELSEWHERE = re.compile(r"\]\((?!https?:|#|site_src/docs/)")
_REPOSITORY = "https://github.com/mcp-hub-launch/registry/blob/main/"


def page() -> str:
    """The page in Markdown."""
    text = _ELSEWHERE.sub(f"]({_REPOSITORY}", CHANGELOG.read_text(encoding="utf-8"))
    heading, _, rest = _TO_PAGE.sub("](", text).partition("\n")
    return f"{heading}\n\n<!-- Written by `make schema` from CHANGELOG.md. -->\n{rest}"
