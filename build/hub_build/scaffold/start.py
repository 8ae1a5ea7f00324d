"""Start a draft, to see what it offers. The only part of a scaffold that runs anything of the publisher's."""

from collections.abc import Callable

from hub_build.scaffold.draft import Draft
from hub_build.scaffold.trial import NOT_TRIED, Trial


def tried(*, start: bool) -> Callable[[Draft], Trial]:
    """How to try a draft; with `start` False nothing is ever started."""
    return lambda _draft: NOT_TRIED
