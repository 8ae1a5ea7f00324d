"""An HTTP API described by an OpenAPI document, turned into tools."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub_launch.catalog.base import Count, EnvName, HttpsUrl, Model, Sha256
from hub_launch.catalog.inputs import EnvironmentVariable, Input

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

# An API that answers slower than this makes an assistant give up anyway.
MAX_TIMEOUT_SECONDS = 300


class RouteMap(Model):
    """What becomes of the operations it matches; the first map that matches decides."""

    methods: tuple[Method, ...] | None = None
    """HTTP methods; all when absent."""
    pattern: Annotated[str, Field(max_length=200)] | None = None
    """A regular expression over the path; all when absent."""
    tags: tuple[str, ...] | None = None
    """OpenAPI tags that an operation must all have."""
    mcp_type: Literal["TOOL", "RESOURCE", "RESOURCE_TEMPLATE", "EXCLUDE"]
    """What a matching operation becomes."""
    mcp_tags: tuple[str, ...] | None = None
    """Tags put on the resulting component."""


class BearerAuth(Model):
    """`Authorization: Bearer <token>`."""

    type: Literal["bearer"]
    """A token in the `Authorization` header."""
    variable: EnvName
    """The environment variable that holds the token."""


class ApiKeyAuth(Model):
    """A key in a header or in the query string."""

    type: Literal["apiKey"]
    """A key under a name of the API's choice."""
    location: Annotated[Literal["header", "query"], Field(alias="in")]
    """Where the key goes."""
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    """The header's or parameter's name."""
    variable: EnvName
    """The environment variable that holds the key."""


class BasicAuth(Model):
    """HTTP basic authentication."""

    type: Literal["basic"]
    """A user name and a password."""
    username: EnvName
    """The environment variable that holds the user name."""
    password: EnvName
    """The environment variable that holds the password."""


Auth = Annotated[BearerAuth | ApiKeyAuth | BasicAuth, Field(discriminator="type")]


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
    timeout_seconds: Annotated[Count, Field(ge=1, le=MAX_TIMEOUT_SECONDS)] | None = None
    """How long one request may take; 30 when absent."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.url is None) == (self.file is None):
            raise ValueError("an openapi entry needs exactly one of url and file")
        return self
