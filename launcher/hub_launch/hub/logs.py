"""Where the libraries' own log messages go: into a file, not over the user's table or an editor's protocol."""

import logging
from pathlib import Path

# The libraries that log about a hub's work; uvicorn sets the level of its second logger by itself.
_TALKATIVE = ("fastmcp", "mcp", "uvicorn", "uvicorn.error", "httpx2")


def log_to(path: Path) -> None:
    """Send warnings and errors of this process to the file at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        # FastMCP writes to the terminal through a handler of its own.
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)
