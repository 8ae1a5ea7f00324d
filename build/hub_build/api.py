"""What the static API answers, as models: `openapi.yaml` is made of them, and what is published is read by them.

Unknown keys are refused, as everywhere: an output that says more than its description is as wrong as one that says
less.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from hub_build.traits import Credentials, Filesystem, Network
from hub_launch.catalog import AnyKind
from hub_launch.catalog.base import Date, HttpUrl, Id, Model, Name, Version
from hub_launch.catalog.entry import Category, Status
from hub_launch.catalog.recorded import Outcome, Tier
from hub_launch.judge.official import OfficialServer

OFFICIAL_META = "io.modelcontextprotocol.registry/official"

# A reader of search.json that does not know a later form refuses it.
SEARCH_VERSION = 2


class Pong(Model):
    """That the API answers."""

    pong: Literal[True]
    """Always true."""


class Health(Model):
    """How the API does; files are always well."""

    status: Literal["ok"]
    """Always ok."""


class ApiVersion(Model):
    """What made the files."""

    version: str
    """The compiler's version."""


class OfficialMeta(Model):
    """What a registry knows of one version of a server; the official API allows no other keys."""

    status: Literal["active", "deprecated", "deleted"]
    """`deleted` for what nobody should start."""
    status_message: Annotated[str, Field(max_length=500)] | None = None
    """Why, for people."""
    status_changed_at: AwareDatetime
    """Since when."""
    published_at: AwareDatetime
    """When the version entered the registry."""
    updated_at: AwareDatetime
    """When something about it changed last."""
    is_latest: bool
    """Whether this is the version to start."""


class ResponseMeta(Model):
    """What registries know of it, under reverse-DNS names."""

    model_config = ConfigDict(extra="allow")

    official: Annotated[OfficialMeta, Field(alias=OFFICIAL_META)]
    """In the official registry's words."""


class ServerResponse(Model):
    """One version of a server."""

    server: OfficialServer
    """What its publisher says."""
    meta: Annotated[ResponseMeta, Field(alias="_meta")]
    """What the registry says."""


class ListMetadata(Model):
    """About a list. There is never a next page."""

    count: Annotated[int, Field(ge=0)]
    """How many are listed."""


class ServerList(Model):
    """Servers, or versions of one."""

    servers: tuple[ServerResponse, ...]
    """All of them."""
    metadata: ListMetadata
    """How many."""


class Problem(Model):
    """An error (RFC 9457)."""

    title: str
    """What went wrong."""
    status: int
    """The HTTP status."""
    detail: str
    """What to do."""


# One place each, in the order of SEARCH_FIELDS.
SearchRow = tuple[
    Id,
    Name,
    str,
    str,
    Status,
    tuple[AnyKind, ...],
    tuple[Category, ...],
    tuple[str, ...],
    tuple[str, ...],
    Version,
    Date,
    Credentials,
    bool,
    Network,
    Filesystem,
    Outcome | Literal[""],
    Tier | Literal[""],
    Annotated[float, Field(ge=0)],
]

# What the places of a row are. A row and not an object: the names would be half of the file. `tools`, `outcome`, `tier`
# and `startSeconds` are what a smoke test of this version saw: empty, or zero, where there was none.
SEARCH_FIELDS = (
    *("id", "name", "title", "description", "status", "kinds", "categories", "tags", "tools"),
    *("version", "published", "credentials", "verified", "network", "filesystem", "outcome", "tier", "startSeconds"),
)


class SearchIndex(Model):
    """All that a search looks at, in one small file."""

    schema_version: Annotated[int, Field(ge=1, le=SEARCH_VERSION)]
    """Of this file's form."""
    fields: tuple[str, ...]
    """What the places of a row are."""
    servers: tuple[SearchRow, ...]
    """One row a server that may be started."""


class Badge(Model):
    """A badge, as https://shields.io/badges/endpoint-badge wants it."""

    schema_version: Literal[1]
    """Of shields.io's form."""
    label: str
    """Left."""
    message: str
    """Right."""
    color: str
    """Of the right part."""


class Match(Model):
    """One entry of an allow-list or deny-list: exactly one of the three."""

    server_name: str | None = None
    """What the user called it."""
    server_url: HttpUrl | None = None
    """Its address; `*` stands for anything."""
    server_command: tuple[str, ...] | None = None
    """The whole command line."""


class ManagedSettings(Model):
    """The part of an editor's managed settings that says which servers may be used."""

    allowed_mcp_servers: tuple[Match, ...]
    """What may be used."""
    denied_mcp_servers: tuple[Match, ...]
    """What may not, whatever the other list says."""


class CatalogEntry(Model):
    """One artifact of an AI catalog, with its document inside."""

    identifier: str
    """A URN under the publisher's domain."""
    type: Literal["application/mcp-server-card+json"]
    """What kind of document it is."""
    updated_at: AwareDatetime
    """When it changed last."""
    data: dict[str, Any]
    """The server's card."""


class CatalogHost(Model):
    """Who publishes the catalog."""

    display_name: str
    """The registry's name for people."""


class AiCatalog(Model):
    """`/.well-known/ai-catalog.json`."""

    spec_version: Literal["1.0"]
    """Of the AI Catalog specification."""
    host: CatalogHost
    """Who publishes it."""
    entries: tuple[CatalogEntry, ...]
    """Servers that run elsewhere."""
