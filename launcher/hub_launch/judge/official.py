"""The official `server` object (server.json, schema 2025-12-11), stated apart from our contract.

Our entries are narrower, and what we publish must have no key that the official vocabulary does not know.
The official schema allows unknown keys; these models do not.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from hub_launch.catalog.base import Model
from hub_launch.catalog.entry import MimeType, Theme

Text = Annotated[str, Field(max_length=65536)]
# Official: any https or http address, with {variables} in braces.
Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]


class Input(Model):
    """A value fixed by the publisher, or asked of the user."""

    description: Text | None = None
    """What the value is for."""
    is_required: bool = False
    """The server cannot start without it."""
    is_secret: bool = False
    """A credential."""
    format: Literal["string", "number", "boolean", "filepath"] = "string"
    """How to read the value."""
    default: Text | None = None
    """Used when the user gives none."""
    placeholder: Text | None = None
    """An example shown while asking."""
    choices: tuple[str, ...] | None = None
    """The only values allowed."""
    value: Text | None = None
    """A fixed value; `{name}` in it is replaced by the variable of that name."""


class InputWithVariables(Input):
    """A value that may be put together from variables."""

    variables: dict[str, Input] | None = None
    """The variables that `value` names in braces."""


class KeyValueInput(InputWithVariables):
    """An environment variable or a header."""

    name: str
    """Its name."""


class PositionalArgument(InputWithVariables):
    """An argument without a flag."""

    type: Literal["positional"]
    """Placed by its order."""
    value_hint: str | None = None
    """A name for the argument."""
    is_repeated: bool = False
    """May be given several times."""

    @model_validator(mode="after")
    def _named_or_fixed(self) -> Self:
        if self.value_hint is None and self.value is None:
            raise ValueError("a positional argument has a valueHint or a value")
        return self


class NamedArgument(InputWithVariables):
    """A flag with its value."""

    type: Literal["named"]
    """Placed behind its flag."""
    name: str
    """The flag with its leading dashes."""
    is_repeated: bool = False
    """May be given several times."""


class StdioTransport(Model):
    """Standard input and output."""

    type: Literal["stdio"]
    """Over standard input and output."""


class HttpTransport(Model):
    """HTTP."""

    type: Literal["streamable-http", "sse"]
    """Streamable HTTP, or HTTP with server-sent events."""
    url: Address
    """Where it answers."""
    headers: tuple[KeyValueInput, ...] | None = None
    """Headers sent with every request."""


class Remote(HttpTransport):
    """A server somebody else runs."""

    variables: dict[str, Input] | None = None
    """The variables that `url` names in braces."""


class Package(Model):
    """A package that a runner starts."""

    registry_type: str
    """Where the package comes from: npm, pypi, oci, nuget, mcpb."""
    registry_base_url: str | None = None
    """The address of that registry, where it is not the usual one."""
    identifier: str
    """The package's name there, or the address of a bundle."""
    version: Annotated[str, Field(min_length=1, json_schema_extra={"not": {"const": "latest"}})] | None = None
    """One exact version."""
    file_sha256: Annotated[str, Field(pattern=r"^[a-f0-9]{64}$")] | None = None
    """Hash of a bundle."""
    runtime_hint: str | None = None
    """The command that runs it."""
    transport: Annotated[StdioTransport | HttpTransport, Field(discriminator="type")]
    """How the started server is spoken to."""
    runtime_arguments: tuple["Argument", ...] | None = None
    """Arguments of the runner."""
    package_arguments: tuple["Argument", ...] | None = None
    """Arguments of the server."""
    environment_variables: tuple[KeyValueInput, ...] | None = None
    """Environment variables of the server."""


class Repository(Model):
    """Where the source code is."""

    url: str
    """Its address."""
    source: str
    """The forge it is on."""
    id: str | None = None
    """The forge's own id."""
    subfolder: str | None = None
    """The server's folder in it."""


class Icon(Model):
    """An image of the server."""

    src: Annotated[str, Field(max_length=255)]
    """Its address."""
    mime_type: MimeType | None = None
    """Its format."""
    sizes: tuple[Annotated[str, Field(pattern=r"^(\d+x\d+|any)$")], ...] | None = None
    """Its sizes in pixels."""
    theme: Theme | None = None
    """The background it is made for."""


class OfficialServer(Model):
    """One server, as the official registry and its clients know it."""

    model_config = ConfigDict(title="MCP server object as this registry serves it")

    schema_: Annotated[str, Field(alias="$schema")]
    """The official schema that the object keeps."""
    name: Annotated[str, Field(min_length=3, max_length=200, pattern=r"^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$")]
    """Reverse-DNS namespace, slash, name."""
    title: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """The name people read."""
    description: Annotated[str, Field(min_length=1, max_length=100)]
    """What one can do with it."""
    version: Annotated[str, Field(max_length=255)]
    """One exact version."""
    repository: Repository | None = None
    """Where the source code is."""
    website_url: str | None = None
    """The server's home page."""
    icons: tuple[Icon, ...] | None = None
    """Images of the server."""
    packages: tuple[Package, ...] | None = None
    """Ways to start it on the user's machine."""
    remotes: tuple[Remote, ...] | None = None
    """Addresses where somebody else runs it."""
    meta: Annotated[dict[str, dict[str, Any]], Field(alias="_meta")]
    """Keys beyond the official vocabulary, under reverse-DNS names; ours under one."""


Argument = Annotated[PositionalArgument | NamedArgument, Field(discriminator="type")]
Package.model_rebuild()
