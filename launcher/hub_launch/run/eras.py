"""The two eras of the protocol: with a handshake and sessions, and, from 2026-07-28, without either."""

from collections.abc import Mapping
from typing import Any

from msgspec import Raw

from hub_launch.run.messages import NO_FIELDS, Fields, as_object, fields_of, raw
from hub_launch.version import __version__

LEGACY = "legacy"
"""The era in which a session begins with `initialize`."""

LEGACY_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
MODERN = "2026-07-28"
"""The first version of the protocol without sessions. Versions are dates, and compare as text."""

# The keys of a request's `_meta` that speak about the connection it came over, which is not the one to the server.
# As in the specification and in `mcp_types`, which takes a fifth of a second to import; a test compares them.
PROTOCOL_VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CLIENT_INFO_KEY = "io.modelcontextprotocol/clientInfo"
CLIENT_CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo"
LOG_LEVEL_KEY = "io.modelcontextprotocol/logLevel"
"""Also such a key: how severe the log messages of a request are at least."""
SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId"
OF_CONNECTION = (PROTOCOL_VERSION_KEY, CLIENT_INFO_KEY, CLIENT_CAPABILITIES_KEY)

HUB: Mapping[str, Any] = {"name": "mcp-hub", "version": __version__}
"""How the hub introduces itself, to servers as to clients."""
_HUB = raw(HUB)


# What of a client's capabilities is a server told: tasks are none of the hub's, so no server may begin one.
_TASKS = "io.modelcontextprotocol/tasks"


def carried(capabilities: Raw) -> Raw:
    """A client's capabilities, without those of which nothing would come through the hub."""
    if bytes(capabilities) == b"{}":
        return capabilities
    fields = fields_of(capabilities) or {}
    fields.pop("tasks", None)
    if "extensions" in fields:
        extensions = fields_of(fields["extensions"]) or {}
        fields["extensions"] = as_object({key: value for key, value in extensions.items() if key != _TASKS})
    return as_object(fields)


def for_server(era: str, params: Fields) -> Raw:
    """A request's parameters for a server of that era.

    What its `_meta` says of the connection is the hub's own, but for what the client can be asked for.
    """
    meta = fields_of(params.get("_meta", NO_FIELDS)) or {}
    capabilities = meta.get(CLIENT_CAPABILITIES_KEY, NO_FIELDS)
    meta = {key: value for key, value in meta.items() if key not in OF_CONNECTION}
    if era == LEGACY:
        meta.pop(LOG_LEVEL_KEY, None)
    else:
        meta |= zip(OF_CONNECTION, (raw(era), _HUB, carried(capabilities)), strict=True)
    fields = {key: value for key, value in params.items() if key != "_meta"}
    return as_object({**fields, "_meta": as_object(meta)} if meta else fields)
