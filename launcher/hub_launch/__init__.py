"""hub-launch: start MCP servers from a registry of files and serve them behind one endpoint."""

__version__ = "0.1.0"
