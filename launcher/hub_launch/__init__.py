"""hub-launch: start MCP servers from a registry of files and serve them behind one endpoint.

For programs: `from hub_launch import Hub`; see hub_launch.embedding.
"""

import importlib
from typing import TYPE_CHECKING, Any

from hub_launch.version import __version__

if TYPE_CHECKING:
    from hub_launch.embedding import Hub, ToolError, ToolResult

__all__ = ["Hub", "ToolError", "ToolResult", "__version__"]


def __getattr__(name: str) -> Any:
    # When it is asked for: a command that starts nothing must not load what starts servers.
    if name in __all__:
        return getattr(importlib.import_module("hub_launch.embedding"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
