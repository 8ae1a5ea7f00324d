"""An HTTP API described by an OpenAPI document, turned into tools."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub_launch.catalog.apiauth import Auth
from hub_launch.catalog.base import Count, HttpsUrl, Model, Sha256
from hub_launch.catalog.inputs import EnvironmentVariable, Input

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

# An API that answers slower than this makes an assistant give up anyway.
MAX_TIMEOUT_SECONDS = 300

# After more than these an API is down, and an assistant has waited long enough.
MAX_RETRIES = 5

# A description is repeated in every listing, and assistants pay for each word of it.
_Prefix = Annotated[str, Field(min_length=1, max_length=200)]

_Path = Annotated[str, Field(max_length=200, pattern=r"^/[^\s]*$")]


class RouteMap(Model):
    """What becomes of the operations it matches; the first map that matches decides."""

    methods: tuple[Method, ...] | None = None
    """HTTP methods; all when absent."""
    path: _Path | None = None
    """One path, exactly as the description writes it."""
    prefix: _Path | None = None
    """The beginning of paths, as text."""
    pattern: Annotated[str, Field(max_length=200)] | None = None
    """A regular expression that is found in the path. All paths when `path`, `prefix` and `pattern` are absent."""
    tags: tuple[str, ...] | None = None
    """OpenAPI tags that an operation must all have."""
    mcp_type: Literal["TOOL", "RESOURCE", "RESOURCE_TEMPLATE", "EXCLUDE"]
    """What a matching operation becomes."""
    mcp_tags: tuple[str, ...] | None = None
    """Tags put on the resulting component."""
    description_prefix: _Prefix | None = None
    """Text put before the component's description, in the place of the one for all."""

    @model_validator(mode="after")
    def _one_way_to_name_paths(self) -> Self:
        if len([one for one in (self.path, self.prefix, self.pattern) if one is not None]) > 1:
            raise ValueError("a route map has one of path, prefix and pattern")
        return self


class OpenApi(Model):
    """Where the description is, where the API is, and which operations become what."""

    url: HttpsUrl | None = None
    """The description on the web, fetched by the server's own process."""
    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.(yaml|yml|json)$")] | None = None
    """The description in `registry/openapi/`, published with the registry."""
    sha256: Sha256 | None = None
    """Hash of the description; for a `file` the compiler fills it in."""
    # May begin with a variable, for APIs that people run themselves.
    base_url: Annotated[str, Field(max_length=2048, pattern=r"^(https?://|\{)[^\s]+$")]
    """The API's address; `{name}` in it is replaced by the variable of that name."""
    variables: dict[str, Input] | None = None
    """The variables that `baseUrl` names in braces."""
    environment_variables: tuple[EnvironmentVariable, ...] | None = None
    """Credentials that `auth` refers to."""
    auth: Auth | None = None
    """How requests are authenticated."""
    route_maps: tuple[RouteMap, ...] | None = None
    """Which operations become tools, resources or nothing; everything is a tool when absent."""
    mcp_names: dict[str, str] | None = None
    """Names of components by operationId, where the generated one is not good."""
    mcp_tags: tuple[str, ...] | None = None
    """Tags put on every component."""
    description_prefix: _Prefix | None = None
    """Text put before the description of every component, such as the name of the shop that the API is about."""
    timeout_seconds: Annotated[Count, Field(ge=1, le=MAX_TIMEOUT_SECONDS)] | None = None
    """How long one request may take; 30 when absent."""
    retries: Annotated[Count, Field(ge=0, le=MAX_RETRIES)] | None = None
    """How often a request that failed in passing, and may be repeated, is sent again; 2 when absent."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise ValueError("an openapi entry needs exactly one of url and file")
        return self
