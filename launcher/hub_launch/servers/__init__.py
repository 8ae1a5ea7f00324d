"""MCP servers that the launcher ships itself."""
