"""Text for people is text: no markup, no programs behind links, and says something."""

import html
import re
from collections.abc import Iterator

from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import Source

_LINES = ("title", "description")

# A tag, a comment or a processing instruction; `<` before a space or a digit is the sign for "less than".
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!|<\?")
# In Markdown `<https://...>` and `<mail@host>` are links, and code may show tags.
_AUTOLINK = re.compile(r"<(https?://|mailto:)[^\s<>]*>|<[\w.+-]{1,64}@[\w.-]{1,255}>")
_CODE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)

# Where Markdown and HTML have addresses; entities are resolved before, and white space in a scheme is ignored.
# Possessive (`*+`): a long run of spaces is read once.
_SCRIPT_LINK = re.compile(
    r"(\]\(\s*+<?|\]:\s*+<?|<|(?:href|src)\s*+=\s*+[\"']?\s*+)(?P<scheme>javascript|vbscript|data|file)\s*+:",
    re.IGNORECASE,
)

# Words that add nothing to a name.
_FILLERS = frozenset(["for", "mcp", "server", "servers", "the"])
_WORD = re.compile(r"[^\W_]+")


def check(source: Source) -> Iterator[Finding]:
    """Title and description are plain, documentation is harmless Markdown."""
    for key in _LINES:
        tag = _TAG.search(source.text(key))
        if tag:
            message = f"`{key}`: {quoted(tag[0])} is HTML, which is shown as it is written"
            yield source.loaded.finding((key,), "html", message, "write plain text")
    documentation = source.text("documentation")
    if documentation:
        yield from _documentation(source, documentation)
    yield from _says_something(source)


def _documentation(source: Source, text: str) -> Iterator[Finding]:
    prose = _AUTOLINK.sub("", _CODE.sub("", text)) if "<" in text else text
    tag = _TAG.search(prose)
    if tag:
        message = f"`documentation`: {quoted(tag[0])} is HTML"
        hint = "write Markdown, and put what is to be shown as it is between backticks"
        yield source.loaded.finding(("documentation",), "html", message, hint, severity=Verdict.REVIEW)
    # Tabs and line breaks inside of a scheme are ignored by browsers.
    link = _SCRIPT_LINK.search(re.sub(r"[\t\r\n]", "", html.unescape(text)))
    if link:
        message = (
            f"`documentation`: a link to {quoted(link['scheme'].lower() + ':')} is a program or a file, not a page"
        )
        yield source.loaded.finding(("documentation",), "script-link", message, "link to https:// pages alone")


def _says_something(source: Source) -> Iterator[Finding]:
    said = _words(source.text("description"))
    for key in ("title", "id", "name"):
        name = source.text(key).rpartition("/")[2]
        if said and name and said == _words(name):
            message = f"`description`: {quoted(source.text('description'))} only repeats the {key}"
            hint = "say what one can do with it"
            yield source.loaded.finding(("description",), "description", message, hint, severity=Verdict.REVIEW)
            return


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold()) if word not in _FILLERS]
