"""The pages of many servers: drawn on all cores where many are asked for one after the other.

Drawing is Python's own work, of which a process does one at a time. Who asks for a single page gets it from this one;
who goes through them, as a build does that has to make all of them, gets them from others, a few chunks ahead.
"""

import contextlib
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from hub_build.bulk.pool import MAX_WORKERS, NO_OTHERS, quiet_context
from hub_build.compile import Server
from hub_build.pages import PAGES
from hub_build.pages.draw import Frame, drawn, make_frame
from hub_build.pages.page import Around
from hub_build.pages.shell import Shell

Job = tuple[Server, Around]
Pages = dict[str, bytes]

# After so many in a row others are worth starting, which takes half a second: of that many more, if they are there.
MIN_RUN = 200
MIN_LEFT = 1_000
# Servers that a worker takes at a time, and chunks that are waited for: some 2,000 pages of 20 kB.
CHUNK = 100
AHEAD = 2


class Crowd:
    """The pages of many servers, by the place of each in `jobs`."""

    def __init__(self, jobs: Sequence[Job], frame: Frame, workers: int | None = None) -> None:
        self._jobs = jobs
        self._frame = frame
        self._workers = min(workers or os.cpu_count() or 1, MAX_WORKERS)
        self._next = 0
        self._run = 0
        self._others: Iterator[Pages] | None = None

    def pages(self, place: int) -> Pages:
        """The pages of one server."""
        if place != self._next:
            self._run, self._others = 0, None
        self._run, self._next = self._run + 1, place + 1
        if self._others is None and self._is_worth_it(place):
            self._others = self._from_others(place)
        if self._others is not None:
            # Without them it takes longer and no more.
            with contextlib.suppress(*NO_OTHERS, StopIteration):
                return next(self._others)
            self._others, self._workers = None, 1
        return own_pages(self._jobs[place], self._frame)

    def _is_worth_it(self, place: int) -> bool:
        return self._workers > 1 and self._run > MIN_RUN and len(self._jobs) - place >= MIN_LEFT

    def _from_others(self, first: int) -> Iterator[Pages]:
        frame = self._frame
        begin = (frame.shell.page, frame.folder, frame.site)
        waiting: deque[Future[list[Pages]]] = deque()
        with ProcessPoolExecutor(self._workers, quiet_context(), _begin, begin) as pool:
            for start in range(first, len(self._jobs), CHUNK):
                waiting.append(pool.submit(_draw, self._jobs[start : start + CHUNK]))
                if len(waiting) > AHEAD * self._workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()


def own_pages(job: Job, frame: Frame) -> Pages:
    """The pages that one server has to itself."""
    server, around = job
    views = (view for page in PAGES.values() if page.of_server for view in page.of_server(server, around))
    return dict(drawn(view, frame) for view in views)


# Of a worker, for as long as it lives.
_frames: list[Frame] = []


def _begin(page: bytes, *frame: object) -> None:
    _frames.append(make_frame(Shell(page), *frame))  # type: ignore[arg-type]


def _draw(jobs: Sequence[Job]) -> list[Pages]:
    return [own_pages(job, _frames[0]) for job in jobs]
