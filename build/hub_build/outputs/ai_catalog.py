"""`.well-known/ai-catalog.json`: servers that somebody runs, with their MCP Server Cards inside.

AI Catalog 1.0 (https://github.com/Agent-Card/ai-catalog) and SEP-2127, both experimental. Cards are about servers at an
address; what runs on the user's own machine is not for them.
"""

from collections.abc import Iterator
from typing import Any

from hub_build.compile import Compiled, Document
from hub_build.links import moment
from hub_launch.catalog import canonical_json

CARD_SCHEMA = "https://static.modelcontextprotocol.io/schemas/v2/server-card.schema.json"
CARD_TYPE = "application/mcp-server-card+json"

# What a card may have of a `server` object.
_CARD_KEYS = ("name", "title", "description", "version", "websiteUrl", "repository", "icons", "remotes")


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """The catalog."""
    entries = [_entry(document) for document in remote_documents(compiled)]
    catalog = {"specVersion": "1.0", "host": {"displayName": compiled.index.title}, "entries": entries}
    yield ".well-known/ai-catalog.json", canonical_json(catalog)


def remote_documents(compiled: Compiled) -> list[Document]:
    """The documents that the catalog has: those with an address, not withdrawn."""
    return [one for one in compiled.documents if "remote" in one.kinds and one.status != "withdrawn"]


def identifier(name: str) -> str:
    """`com.example/weather` under its publisher's domain, as catalogs name it: `urn:air:example.com:mcp:weather`."""
    namespace, _, server = name.partition("/")
    domain = ".".join(reversed(namespace.split(".")))
    return f"urn:air:{domain}:mcp:{server}"


def _entry(document: Document) -> dict[str, Any]:
    server = document.server
    card = {"$schema": CARD_SCHEMA} | {key: server[key] for key in _CARD_KEYS if key in server}
    return {
        "identifier": identifier(document.name),
        "type": CARD_TYPE,
        "updatedAt": moment(document.published),
        "data": card,
    }
