"""The documentation as text: what other tests look at."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "site_src" / "docs"
PAGES = sorted(DOCS.glob("*.md"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *PAGES]
# How things were is not how they are.
CHANGELOG = DOCS / "changelog.md"

_BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(document: Path, language: str) -> list[str]:
    """The blocks of code in that language."""
    return [text for name, text in _BLOCK.findall(document.read_text(encoding="utf-8")) if name == language]


def commands(document: Path) -> list[str]:
    """The command lines that a document shows, without their comments; one that goes on is one."""
    lines = "".join(blocks(document, "sh")).replace("\\\n", " ").splitlines()
    return [line for line in (re.sub(r"(^|\s+)#.*", "", line).strip() for line in lines) if line]


def prose(document: Path) -> str:
    """What stands outside of blocks."""
    return _BLOCK.sub("", document.read_text(encoding="utf-8"))


def code(document: Path) -> list[str]:
    """What stands between backticks in the prose."""
    return [text.replace("\n", " ") for text in re.findall(r"`([^`]+)`", prose(document))]


def is_generated(document: Path) -> bool:
    """Whether the code writes it."""
    return bool(re.search(r"^<!-- (?:Written|Generated) by ", document.read_text(encoding="utf-8"), re.MULTILINE))
