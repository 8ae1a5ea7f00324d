"""Showing how servers come up: a table that moves on a terminal, a line per change elsewhere."""

import os
import textwrap
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from hub_launch.hub.desk import Desk
from hub_launch.hub.toolsearch import ToolSearch
from hub_launch.run.state import SERVING, State, Status
from hub_launch.run.supervisor import Supervisor
from hub_launch.text import counted, printable

STYLES = {
    State.PENDING: "dim",
    State.STARTING: "cyan",
    State.READY: "green",
    State.DEGRADED: "yellow",
    State.FAILED: "red",
    State.QUARANTINED: "magenta",
    State.STOPPED: "dim",
}


class Display(Protocol):
    """Whatever shows changes of state."""

    def show(self, status: Status) -> None:
        """A server's status changed."""
        ...


class Plain:
    """A line per change, for logs and scripts."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown: dict[str, Status] = {}

    def show(self, status: Status) -> None:
        """See Display."""
        before, self._shown[status.id] = self._shown.get(status.id), status
        # Those that wait for their turn may be many, and all say the same. How well one answers changes all the time.
        if status.state is not State.PENDING and status != before:
            self._out.write(f"{status.id}: {status.state}{_sentence(status)}\n")
            self._out.flush()


class Board:
    """The table of servers while they start, then where to reach them."""

    def __init__(self, out: TextIO, address: str) -> None:
        self._out = out
        self._address = address
        self._statuses: dict[str, Status] = {}
        self._console = Console(file=out)
        self._plain = Plain(out)
        self._live: Live | None = None
        self.alone = False
        """Whether its one server has `/mcp` for itself."""
        self.nothing_serves = False
        """Every server failed to start."""

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(console=self._console, get_renderable=self._table, refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_live()

    def open(self) -> None:
        """Clients may connect from now on: say where, since a slow server may keep the summary waiting."""
        self._write(f"Listening at {self._address}/mcp; tools are there as their servers come up.")

    def show(self, status: Status) -> None:
        """See Display."""
        before = self._statuses.get(status.id)
        self._statuses[status.id] = status
        # Ends are announced once, by the command.
        if self._live is None and status.state is not State.STOPPED and status != before:
            self._plain.show(status)

    def ready(self, supervisor: Supervisor) -> bool:
        """All starts are over: say where everything is. False when nothing serves."""
        self._statuses = {status.id: status for status in supervisor.statuses()}
        self._stop_live()
        self.nothing_serves = not any(server.serving for server in supervisor.servers.values())
        if self.nothing_serves:
            self._write("No server started, so the hub ends.")
            return False
        for line in self._summary(supervisor):
            self._write(line)
        return True

    def _summary(self, supervisor: Supervisor) -> Iterator[str]:
        serving = [server for server in supervisor.servers.values() if server.serving]
        total = sum(len(server.offer.tools) for server in serving)
        yield ""
        yield from (f"note: {text} has no effect on any tool" for text in supervisor.without_effect())
        search = Desk(supervisor.servers, prefixed=True).search
        yield f"Tools ({total})"
        for server in serving:
            names = ", ".join(printable(tool.name) for tool in server.offer.tools) or "none"
            # Who is offered a search does not want to read them all either.
            yield from self._wrapped(f"  {server.status.id}: ", f"{len(server.offer.tools)}" if search.on else names)
        yield from _words_about_cost(search)
        yield ""
        if self.alone:
            yield f"MCP endpoint   {self._address}/mcp   (tools have their own names)"
        else:
            yield f"MCP endpoint   {self._address}/mcp   (tools are named <server>_<tool>)"
            yield f"one server     {self._address}/servers/{serving[0].status.id}/mcp"
        yield f"status page    {self._address}/"
        yield "Ready. Ctrl-C ends the hub."

    def _wrapped(self, label: str, text: str) -> list[str]:
        """Lines of a terminal's width, indented below the label; one line where nobody looks."""
        if not self._console.is_terminal:
            return [label + text]
        return textwrap.wrap(
            text, self._console.width, initial_indent=label, subsequent_indent=" " * 4, break_on_hyphens=False
        )

    def _write(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)
        self._out.flush()

    def _stop_live(self) -> None:
        if self._live:
            live, self._live = self._live, None
            live.stop()

    def _table(self) -> RenderableType:
        table = Table("server", "state", "tools", "", box=box.SIMPLE_HEAD, pad_edge=False)
        for status in self._statuses.values():
            table.add_row(Text(status.id, style="bold"), _state(status), _tools(status), Text(_note(status)))
        return Group(table)


def _words_about_cost(search: ToolSearch) -> Iterator[str]:
    cost = search.cost()
    if search.on:
        yield "Clients are offered three tools that search and call these (--tools all offers all): an estimated"
        yield f"{cost.offered:,} tokens of definitions in the place of {cost.everything:,} (bytes / 4)."
    elif cost.everything:
        yield f"Their definitions are an estimated {cost.everything:,} tokens (bytes / 4)."


def _state(status: Status) -> RenderableType:
    if status.state is State.STARTING and "NO_COLOR" not in os.environ:
        return Spinner("dots", Text("starting", style="cyan"))
    return Text(status.state, style=STYLES[status.state])


def _tools(status: Status) -> str:
    return str(status.tools) if status.state in SERVING else ""


def _note(status: Status) -> str:
    if status.state is State.READY:
        return f"{status.seconds:.1f} s" + (f", {status.reason}" if status.reason else "") + _left_out(status)
    return f"{status.reason} ({status.hint})" if status.hint else status.reason


def _left_out(status: Status) -> str:
    return f"; {status.note}" if status.note else ""


def _sentence(status: Status) -> str:
    note = _note(status)
    if status.state is State.READY:
        return f", {counted(status.tools, 'tool')}, {note}"
    return f": {note}" if note else ""
