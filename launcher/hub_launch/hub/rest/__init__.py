"""The hub's REST API: what can be asked about the servers, and done with them, without MCP.

Everything here but `lazy` and `means` is imported when the first of its addresses is asked for: FastAPI takes a quarter
of a second and six megabytes, and most hubs are never asked.
"""
