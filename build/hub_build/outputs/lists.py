"""`lists.json`: aliases, renamed servers, yanked versions, withdrawn servers, for readers of them alone."""

from collections.abc import Iterator

from hub_build.compile import Compiled
from hub_launch.catalog import canonical_json


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """The lists as the index has them."""
    yield "lists.json", canonical_json(compiled.index.lists.model_dump(mode="json", exclude_none=True))
