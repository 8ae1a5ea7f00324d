"""Id, title and description made of what a package, an image or an API calls itself."""

import re
from collections.abc import Iterable, Iterator

from hub_build.convert.finish import first_sentence
from hub_build.convert.names import MAX_ID, slug, title_of
from hub_launch.catalog import RESERVED_IDS

# The beginning of a description that is shorter is a title.
MIN_SENTENCE = 20
# A paragraph that is shorter is a badge or a link.
MIN_OPENING = 30
# A heading that is longer is a sentence.
MAX_HEADING = 40

# What every server is: it says nothing about this one.
_NOISE = re.compile(r"(?:^|(?<=-))(?:modelcontextprotocol|model-context-protocol|mcp|server|servers|official)(?=-|$)")
_HEADING_NOISE = re.compile(
    r"\(?\b(?:the )?(?:official )?(?:model context protocol(?: \(mcp\))?|mcp)\b\)?|\bservers?\b(?!less)", re.IGNORECASE
)
_OPENING = re.compile(
    r"^(?:an? |the )?(?:official |simple |powerful |lightweight |local |production-ready )*"
    r"(?:model context protocol(?: \(mcp\))?|mcp)(?: \(mcp\))?[ -]?(?:stdio )?(?:server|implementation|integration)s?\b"
    r"(?: implementation)?"
    r"(?:,| (?:that|which)(?: (?:provides|offers|enables|allows))?| providing| offering| for| to| -| \u2013|:|\.)?\s*",
    re.IGNORECASE,
)
_THIS_SERVER = re.compile(r"^this server (?:enables|allows|lets)(?: [\w-]+){1,3}? to |^this server ", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_MARKUP = re.compile(r"[*`#]|(?<!\w)_+|_+(?!\w)|\[!\[.*")
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
# "MCP server for managing X" says to its users: manage X.
_VERBS = {
    "accessing": "access", "connecting": "connect", "controlling": "control", "enabling": "enable",
    "executing": "execute", "interacting": "interact", "interfacing": "interface", "integrating": "integrate",
    "managing": "manage", "providing": "provide", "querying": "query", "retrieving": "retrieve", "running": "run",
    "searching": "search", "using": "use", "working": "work",
}  # fmt: skip
_FENCED = re.compile(r"^[ \t]*```.*?^[ \t]*```", re.MULTILINE | re.DOTALL)
_GENERIC = frozenset(
    ["about", "contents", "features", "for vs code", "getting started", "installation", "introduction", "overview",
     "quick start", "quickstart", "readme", "table of contents", "usage", "what is this"]
)  # fmt: skip
_EMOJI = re.compile(r"[^\w\s.,:;!?'\"()/&+@#%-]")


def id_of(name: str, taken: Iterable[str] = ()) -> str:
    """The shortest readable id for the package `name` that is not in `taken`."""
    used = {one.replace("-", "") for one in taken}
    return next(one for one in _candidates(name) if one.replace("-", "") not in used and one not in RESERVED_IDS)


def heading_of(readme: str) -> str:
    """The first heading of `readme` without what every server is called; empty if there is no short one."""
    found = re.search(r"^##?\s+(.+)$|^\s*<h[12][^>]*>(.+?)</h[12]>", _FENCED.sub("", readme), re.MULTILINE)
    if not found:
        return ""
    text = plain(found[1] or found[2]).partition(": ")[0]
    kept = " ".join(_HEADING_NOISE.sub(" ", text).split()).strip(" -\u2013:.,|/&")
    kept = re.sub(r"\s+(?:for|by|and|with)$", "", kept)
    if kept.lower() in _GENERIC:
        return ""
    wanted = 2 <= len(kept) <= MAX_HEADING and re.search(r"[A-Za-z]", kept) and not kept.startswith(("@", "."))
    return title_of(kept) if wanted and kept.islower() else kept if wanted else ""


def description_of(text: str) -> str:
    """`text` in one line of at most 100 characters that says what the server does, not that it is one."""
    line = plain(text)
    shorter = _OPENING.sub("", line, count=1)
    first, _, more = shorter.partition(". ")
    # A title and then the text: "Calculating. This server enables LLMs to use ...".
    shorter = _THIS_SERVER.sub("", more) if len(first) < MIN_SENTENCE and more else shorter
    # "MCP server that lets ..." keeps its verb, "MCP Server" alone says nothing at all.
    kept = re.sub(r" for (?:MCP|the Model Context Protocol)\.?$", "", shorter) if len(shorter) > len("tools") else line
    verb, _, rest = kept.partition(" ")
    kept = f"{_VERBS.get(verb.lower(), verb)} {rest}" if rest else kept
    return first_sentence(kept[:1].upper() + kept[1:])


def opening_of(readme: str) -> str:
    """What the heading of `readme` adds to the name, or its first paragraph, as a description; empty without both."""
    heading = re.search(r"^#\s+[^\n]*?(?: [-\u2013\u2014|] |: )([^\n]{20,})$", _FENCED.sub("", readme), re.MULTILINE)
    if heading:
        return description_of(heading[1])
    for paragraph in re.split(r"\n\s*\n", _FENCED.sub("", readme)):
        text = plain(paragraph)
        if (
            len(text) >= MIN_OPENING
            and not text.endswith(":")
            and not re.match(r"\s*(#|\||[-*+] |\[!|!\[|<|>|\d+\.)", paragraph)
        ):
            return description_of(text)
    return ""


def plain(text: str) -> str:
    """`text` in one line, without Markdown, HTML, pictures and emoji."""
    bare = _MARKUP.sub("", _LINK.sub(r"\1", _PICTURE.sub("", _TAG.sub(" ", text))))
    return " ".join(_EMOJI.sub(" ", bare).split())


def _candidates(name: str) -> Iterator[str]:
    scope, _, last = name.lstrip("@").rpartition("/")
    short, owner = _short(last), _short(scope)
    for made in (short, owner if not short else "", f"{owner}-{short}", slug(last), slug(name), "server"):
        if len(made.strip("-")) > 1:
            yield made.strip("-")[:MAX_ID].strip("-")
    for number in range(2, 1000):
        yield f"{slug(name)[: MAX_ID - 4]}-{number}"


def _short(name: str) -> str:
    return re.sub(r"-+", "-", _NOISE.sub("", slug(name))).strip("-")
