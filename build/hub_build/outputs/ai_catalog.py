"""`.well-known/ai-catalog.json`: servers that somebody runs, with their MCP Server Cards inside.

AI Catalog 1.0 (https://github.com/Agent-Card/ai-catalog) and SEP-2127, both experimental. Cards are about servers at an
address; what runs on the user's own machine is not for them.
"""

from collections.abc import Sequence

from hub_build.compile import Compiled, Document, Server
from hub_build.links import moment
from hub_build.outputs.output import HERE, Files, json_with
from hub_launch.catalog import canonical_json

CARD_SCHEMA = "https://static.modelcontextprotocol.io/schemas/v2/server-card.schema.json"
CARD_TYPE = "application/mcp-server-card+json"

# What a card may have of a `server` object.
_CARD_KEYS = ("name", "title", "description", "version", "websiteUrl", "repository", "icons", "remotes")


def row(server: Server) -> bytes:
    """The server with its card, if it has an address and is not withdrawn."""
    document = server.document
    if not _has_card(document):
        return b""
    fields = document.server
    card = {"$schema": CARD_SCHEMA} | {key: fields[key] for key in _CARD_KEYS if key in fields}
    entry = {
        "identifier": identifier(document.name),
        "type": CARD_TYPE,
        "updatedAt": moment(document.published),
        "data": card,
    }
    return canonical_json(entry)


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Files:
    """The catalog."""
    catalog = {"specVersion": "1.0", "host": {"displayName": compiled.title}, "entries": HERE}
    yield ".well-known/ai-catalog.json", json_with(canonical_json(catalog), rows)


def remote_documents(compiled: Compiled) -> list[Document]:
    """The documents that the catalog has."""
    return [one for one in compiled.documents if _has_card(one)]


def _has_card(document: Document) -> bool:
    return "remote" in document.kinds and document.status != "withdrawn"


def identifier(name: str) -> str:
    """`com.example/weather` under its publisher's domain, as catalogs name it: `urn:air:example.com:mcp:weather`."""
    namespace, _, server = name.partition("/")
    domain = ".".join(reversed(namespace.split(".")))
    return f"urn:air:{domain}:mcp:{server}"
