"""Where the libraries' own log messages go: into a file, not over the user's table or an editor's protocol."""

import datetime
import json
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Literal

# As much as a server's log: for finding out what happened last.
MAX_LOG_BYTES = 1024 * 1024
OLD_LOGS = 3

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

# The libraries that log about a hub's work; uvicorn sets the level of its second logger by itself.
_TALKATIVE = ("fastmcp", "mcp", "uvicorn", "uvicorn.error", "httpx2")


LogFormat = Literal["text", "json"]


def log_to(path: Path, form: LogFormat = "text") -> None:
    """Send warnings and errors of this process to the file at `path`."""
    handler = _handler(path)
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        # FastMCP writes to the terminal through a handler of its own.
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `message`, and `exception` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Private(RotatingFileHandler):
    """For its user alone."""

    def _open(self) -> Any:
        # As the open() of logging does, but for the mode.
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_open_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """See logging.Handler. A line for which the disk has no room is lost; the user's terminal has none for it."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Earlier versions let others read it.
        path.touch(mode=0o600)
        path.chmod(0o600)
        return _Private(path, maxBytes=MAX_LOG_BYTES, backupCount=OLD_LOGS, encoding="utf-8")
    except OSError:
        # What cannot be written down is lost; the servers are not.
        return logging.NullHandler()
