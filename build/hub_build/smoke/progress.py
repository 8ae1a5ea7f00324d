"""What a person sees while tests run: a bar on a terminal, a line a test elsewhere."""

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from hub_build.smoke.report import told
from hub_build.smoke.run import Smoked
from hub_launch.catalog import Recorded


class Watched:
    """Tells of tests as they end; `total` is None where nobody knows yet how many there will be."""

    def __init__(self, out: TextIO, total: int | None = None) -> None:
        self._out = out
        self._done = 0
        self._total = total
        console = Console(file=out)
        columns = (TextColumn("smoke tests"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._progress:
            self._progress.start()
            self._task = self._progress.add_task("", total=self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def done(self, recorded: Recorded) -> None:
        """A test ended."""
        self._done += 1
        if self._progress and self._task is not None:
            self._progress.advance(self._task)
        else:
            of = f"/{self._total}" if self._total else ""
            self._out.write(f"[{self._done}{of}] {recorded.id}: {told(Smoked(recorded))}\n")
            self._out.flush()
