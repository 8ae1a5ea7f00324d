"""Programs that run as a server's own process: they turn something that is no MCP server into one, over stdio.

They are started by path in environments where the launcher may be absent, so they import nothing of it.
"""
