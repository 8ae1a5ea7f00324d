"""The plain FastMCP hub: a proxy of each server, mounted under its name. `mounts.py MCP_JSON PORT`."""

import json
import sys
from pathlib import Path

from fastmcp import FastMCP
from fastmcp.client.transports import StdioTransport
from fastmcp.server import create_proxy

hub = FastMCP("hub")
for name, one in json.loads(Path(sys.argv[1]).read_text())["mcpServers"].items():
    target = one["url"] if "url" in one else StdioTransport(one["command"], one["args"], env=one["env"])
    hub.mount(create_proxy(target, name=name), namespace=name)
settings = {"log_level": "warning", "access_log": False}
hub.run(transport="http", host="127.0.0.1", port=int(sys.argv[2]), show_banner=False, uvicorn_config=settings)
