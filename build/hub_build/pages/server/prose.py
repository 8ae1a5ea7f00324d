"""A publisher's Markdown as markup that is safe to show: markdown-it's own rules for strangers' text, and stricter.

Markup in it is shown as text, and so are addresses that are neither http nor https. Pictures would be asked of other
hosts: they become links to them.
"""

import functools
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hub_launch.text import printable

# The page has a title, and headings for its own parts; a publisher's are below them.
_LOWER = 2
_LOWEST = 6

_LINKED = ("http://", "https://")


def markdown(text: str) -> str:
    """`text` as HTML; empty for none."""
    if not text.strip():
        return ""
    parser = _parser()
    # Here, since nothing that templates do to text is done to markup.
    tokens = parser.parse(printable(text.replace("\r\n", "\n"), keep="\n\t"))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _LOWER, _LOWEST)}"
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return rendered


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    parser.validateLink = lambda url: url.lower().startswith(_LINKED)  # type: ignore[method-assign]
    parser.add_render_rule("image", _picture)
    parser.add_render_rule("link_open", _link)
    # Alignment is a style, which our policy forbids.
    for cell in ("th_open", "td_open"):
        parser.add_render_rule(cell, _unstyled)
    return parser


def _picture(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    text = renderer.renderInlineAsText(tokens[index].children or [], options, env) or "picture"
    return f'<a rel="nofollow noopener" href="{escape(str(tokens[index].attrGet("src")))}">{escape(text)}</a>'


def _link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "nofollow noopener")
    rendered: str = renderer.renderToken(tokens, index, options, env)
    return rendered


def _unstyled(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrs.pop("style", None)
    rendered: str = renderer.renderToken(tokens, index, options, env)
    return rendered
