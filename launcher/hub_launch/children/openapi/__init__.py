"""`python -m hub_launch.children.openapi`: an OpenAPI description, served as MCP tools over stdio.

Runs in the launcher's own environment, in a process of its own: a description is a stranger's document.
"""

from hub_launch.children.openapi.server import build_server
from hub_launch.children.openapi.spec import load_spec

__all__ = ["build_server", "load_spec"]
