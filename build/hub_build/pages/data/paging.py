"""Long lists in pages that stay small."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

# Servers on a page: with some 300 bytes each, and the frame, it stays far below 60 kB.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of a list. number: from 1. total: of the whole list."""

    items: Sequence[T]
    number: int
    pages: int
    total: int

    @property
    def first(self) -> int:
        """The place of the first item in the whole list, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """The place of the last one."""
        return self.first + len(self.items) - 1

    @property
    def file(self) -> str:
        """Its file, beside those of the other pages."""
        return file_of(self.number)

    @property
    def offered(self) -> list[tuple[int, str] | None]:
        """Numbers and files of the first page, the last and those around this one; None for those left out."""
        near = {1, self.pages, *range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)}
        found: list[tuple[int, str] | None] = []
        for number in sorted(near):
            if found and number - 1 not in near:
                found.append(None)
            found.append((number, file_of(number)))
        return found

    def titled(self, title: str) -> str:
        """`title`, with the number of the page where it is not the first: no two pages have one title."""
        return title if self.number == 1 else f"{title}, page {self.number}"


def slices(items: Sequence[T]) -> Iterator[Slice[T]]:
    """`items` in pages; one empty page of none."""
    pages = max(1, -(-len(items) // PAGE_SIZE))
    for number in range(1, pages + 1):
        start = (number - 1) * PAGE_SIZE
        yield Slice(items[start : start + PAGE_SIZE], number, pages, len(items))


def file_of(number: int) -> str:
    """The file of that page. No tag, namespace or category has an underscore."""
    return "index.html" if number == 1 else f"page_{number}.html"
