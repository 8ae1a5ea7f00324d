"""What happens while servers come up and serve, for programs: a JSON document a line."""

import json
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self, TextIO

from hub_launch.run.state import Status
from hub_launch.run.supervisor import Supervisor


class Events:
    """As `board.Board`, for programs. Each document has its kind as `event`."""

    def __init__(self, out: TextIO, address: str) -> None:
        self._out = out
        self._address = address
        self._shown: dict[str, Status] = {}
        self.alone = False
        self.nothing_serves = False
        """Every server failed to start."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to end."""

    def open(self) -> None:
        """Clients may connect from now on."""
        self._write("listening", mcp=f"{self._address}/mcp")

    def show(self, status: Status) -> None:
        """A server's status changed."""
        before, self._shown[status.id] = self._shown.get(status.id), status
        if status != before:
            self._write("server", **asdict(status))

    def ready(self, supervisor: Supervisor) -> bool:
        """All starts are over. False when nothing serves."""
        serving = {name: len(server.offer.tools) for name, server in supervisor.servers.items() if server.serving}
        self.nothing_serves = not serving
        self._write("failed" if self.nothing_serves else "ready", mcp=f"{self._address}/mcp", tools=serving)
        return not self.nothing_serves

    def _write(self, event: str, **values: Any) -> None:
        self._out.write(json.dumps({"event": event, **values}, ensure_ascii=False, default=str) + "\n")
        self._out.flush()
