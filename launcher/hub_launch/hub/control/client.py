"""Telling a running hub what to do."""

import json
import socket
from pathlib import Path
from typing import Any

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.places import connect

# Longer than stopping a server may take: its calls may finish (10 s), and it is given 6 s to end.
ANSWER_SECONDS = 60.0
# An answer tells of all servers; a thousand with long reasons are a tenth of it.
MAX_ANSWER_BYTES = 16 * 1024 * 1024


class HubGone(HubError):
    """The hub ended, or nobody listens there any more."""


class Line:
    """A connection to one hub, for one request after the other."""

    def __init__(self, path: Path, seconds: float = ANSWER_SECONDS) -> None:
        """Connect. Raises HubGone."""
        self.path = path
        try:
            self._connection: socket.socket = connect(path, seconds)
        except OSError as error:
            raise HubGone(f"no hub listens at {path}: {error.strerror or error}") from error
        self._file = self._connection.makefile("rb")

    def ask(self, what: str, **parameters: Any) -> Any:
        """The hub's answer. Raises HubGone, and HubError as the hub says."""
        try:
            self._connection.sendall(json.dumps({"do": what, **parameters}).encode() + b"\n")
            line = self._file.readline(MAX_ANSWER_BYTES)
        except OSError as error:
            raise HubGone(f"the hub at {self.path} does not answer: {error.strerror or error}") from error
        if not line.endswith(b"\n"):
            raise HubGone(f"the hub at {self.path} ended")
        answer = json.loads(line)
        if "error" in answer:
            why = answer["error"]
            raise HubError(why["message"], why["hint"], ExitCode(why["code"]))
        return answer["done"]

    def close(self) -> None:
        """End the connection."""
        self._file.close()
        self._connection.close()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
