"""Hubs to measure ours beside: a file for each, and a line here."""

from hubs.contestants import Contestant
from hubs.peers import fastmcp, mcp_hub, mcp_proxy, mcpg, mcpo

# To add one: a module beside this one with its `PEER`, and its name here.
PEERS: tuple[Contestant, ...] = (mcp_hub.PEER, mcp_proxy.PEER, mcpg.PEER, mcpo.PEER, fastmcp.PEER)
