"""Where the libraries' own log messages go: into a file, not over the user's table or an editor's protocol."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

# As much as a server's log: for finding out what happened last.
MAX_LOG_BYTES = 1024 * 1024
OLD_LOGS = 3

# The libraries that log about a hub's work; uvicorn sets the level of its second logger by itself.
_TALKATIVE = ("fastmcp", "mcp", "uvicorn", "uvicorn.error", "httpx2")


def log_to(path: Path) -> None:
    """Send warnings and errors of this process to the file at `path`."""
    handler = _handler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        # FastMCP writes to the terminal through a handler of its own.
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(path, maxBytes=MAX_LOG_BYTES, backupCount=OLD_LOGS, encoding="utf-8")
    except OSError:
        # What cannot be written down is lost; the servers are not.
        return logging.NullHandler()
