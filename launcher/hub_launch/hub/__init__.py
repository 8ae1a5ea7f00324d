"""The hub: one MCP endpoint for all servers, and one for each."""
