"""The hub's REST API: what can be asked about the servers, and done with them, without MCP.

What has routes is imported when the first of their addresses is asked for: FastAPI takes a quarter of a second and six
megabytes, and most hubs are never asked. `fast` calls tools and lists services without it.
"""
