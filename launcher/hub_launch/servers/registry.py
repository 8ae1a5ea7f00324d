"""The `registry` server: lets an assistant ask what servers there are, and what one of them needs."""

from collections import Counter
from typing import Any

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError

from hub_launch.catalog import to_server
from hub_launch.errors import HubError
from hub_launch.index.registries import Found, Registries
from hub_launch.plan import parameters_of
from hub_launch.settings import Settings
from hub_launch.text import printable, shortened
from hub_launch.version import __version__

# Enough to choose from; more would fill an assistant's memory with what it did not ask for.
DEFAULT_RESULTS = 10
MAX_RESULTS = 50


def create_server(settings: Settings | None = None) -> "FastMCP[Any]":
    """The server for the registry that the settings name. Raises HubError if it cannot be read."""
    registries = Registries.open(settings or Settings.load())
    mcp: FastMCP[Any] = FastMCP(
        "registry",
        version=__version__,
        instructions="Finds MCP servers. A server found here is started with `hub-launch <id>`.",
    )

    @mcp.tool(annotations={"readOnlyHint": True})
    def search_servers(query: str, limit: int = DEFAULT_RESULTS) -> dict[str, Any]:
        """Find MCP servers by words in their name, description, tags and categories; all words must fit."""
        total, found = registries.search([query], max(1, min(limit, MAX_RESULTS)))
        return {"total": total, "servers": [_brief(one, registries) for one in found]}

    @mcp.tool(annotations={"readOnlyHint": True})
    def get_server(id: str) -> dict[str, Any]:
        """Everything about one MCP server: what it does, what it needs, and the command that starts it."""
        try:
            return _explained(registries.resolve(id))
        except HubError as error:
            raise ToolError(f"{error.message}. {error.hint}") from error

    @mcp.tool(annotations={"readOnlyHint": False, "destructiveHint": False}, output_schema=None)
    def add_server(id: str, parameters: dict[str, str | list[str]] | None = None) -> str:
        """Add an MCP server to the hub that this one runs in, so that its tools can be called.

        The user is shown what it runs and decides. Give its id as search_servers tells it, and the parameters that
        get_server says are required; never a secret: those the user gives.
        """
        # In a hub this is never reached: the hub answers such calls itself (hub_launch.hub.growing).
        raise ToolError(
            f"This hub adds no servers for assistants; its user can: `hub-launch add {printable(shortened(id))}`"
        )

    @mcp.tool(annotations={"readOnlyHint": True})
    def list_categories() -> dict[str, int]:
        """The categories of MCP servers, each with how many there are."""
        counts = Counter(category for one in registries.all() for category in one.row.categories)
        return dict(sorted(counts.items()))

    return mcp


def _brief(found: Found, registries: Registries) -> dict[str, Any]:
    brief = found.row.model_dump(mode="json", include={"id", "title", "description", "kinds", "categories"})
    return brief | ({"id": found.address} if registries.shadowed(found) else {})


def _explained(found: Found) -> dict[str, Any]:
    entry = found.entry()
    parameters = parameters_of(entry)
    required = [f"--set {entry.id}.{one.name}=…" for one in parameters if one.input.is_required]
    return {
        "id": entry.id,
        "start": " ".join(["hub-launch", entry.id, *required]),
        "parameters": [
            {
                "name": one.name,
                "description": one.input.description or "",
                "required": one.input.is_required,
                "secret": one.input.is_secret,
            }
            for one in parameters
        ],
        "server": to_server(entry),
    }
