"""Asking about many packages: a few at a time, and one that fails hides no other."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hub_launch.errors import HubError

# A client waits for its registry most of the time, and takes up to 100 MB while it does.
MAX_CLIENTS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(
    work: Callable[[Item], Result], items: Iterable[Item], clients: int = MAX_CLIENTS
) -> Iterator[tuple[Item, Result | HubError]]:
    """Every item with what `work` returned, or the HubError that it raised; in the items' order."""

    def done(item: Item) -> Result | HubError:
        try:
            return work(item)
        except HubError as error:
            return error

    known = list(items)
    with ThreadPoolExecutor(max_workers=clients) as pool:
        yield from zip(known, pool.map(done, known), strict=True)
