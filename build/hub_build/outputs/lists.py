"""`lists.json`: aliases, renamed servers, yanked versions, withdrawn servers, for readers of them alone."""

from collections.abc import Sequence

from hub_build.compile import Compiled
from hub_build.outputs.output import Files
from hub_launch.catalog import canonical_json


def whole(compiled: Compiled, rows: Sequence[bytes] = ()) -> Files:
    """The lists as the index has them."""
    yield "lists.json", canonical_json(compiled.lists.model_dump(mode="json", exclude_none=True))
