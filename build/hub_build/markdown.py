"""Strangers' text within Markdown: in code spans, in which nothing is a link, a mention, HTML or markup."""

import re

from hub_launch.text import printable


def code(text: str) -> str:
    """`text` as a code span that nothing in it can end."""
    safe = printable(text)
    fence = "`" * (max(map(len, re.findall("`+", safe)), default=0) + 1)
    # A space at both ends is dropped again, and keeps backticks of the text apart from ours.
    return f"{fence} {safe} {fence}" if safe.strip() else ""


def cell(text: str) -> str:
    """`text` as a code span in a table, whose cells end at a bar even there."""
    return code(text.replace("|", "\N{BROKEN BAR}"))
