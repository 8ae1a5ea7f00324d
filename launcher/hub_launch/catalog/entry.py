"""One server of the registry: the document a publisher writes."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from hub_launch.catalog.base import Date, Flag, HttpsUrl, Id, Model, Name, Version
from hub_launch.catalog.kinds import ExtensionKind
from hub_launch.catalog.module import Module
from hub_launch.catalog.openapi import OpenApi
from hub_launch.catalog.package import Package
from hub_launch.catalog.services import ServiceName
from hub_launch.catalog.transport import Remote

Category = Literal[
    "ai",
    "browser",
    "cloud",
    "communication",
    "data",
    "databases",
    "design",
    "developer-tools",
    "documentation",
    "files",
    "git",
    "knowledge",
    "monitoring",
    "office",
    "search",
    "utilities",
    "web",
]

Status = Literal["active", "deprecated", "withdrawn"]

PUBLISHER_KEY = "io.modelcontextprotocol.registry/publisher-provided"


def _below(path: str) -> str:
    if {".", ".."} & set(path.split("/")):
        raise ValueError("must not contain '.' or '..' as a part")
    return path


RelativePath = Annotated[str, Field(max_length=512, pattern=r"^[^/\\\s]+(/[^/\\\s]+)*$"), AfterValidator(_below)]


class Repository(Model):
    """Where the source code is."""

    url: HttpsUrl
    """The address of the repository."""
    source: Literal["github", "gitlab"]
    """The forge it is on."""
    id: str | None = None
    """The forge's own id, which survives renames."""
    subfolder: RelativePath | None = None
    """The server's folder in a repository of several."""


# Annotated, since `typing` keeps one object for all `Literal[...] | None` of the same words, in the order of the first
# that was made: another package's, if that was loaded before. The schemas would differ from run to run.
Theme = Annotated[Literal["light", "dark"], Field()]
MimeType = Annotated[Literal["image/png", "image/jpeg", "image/jpg", "image/svg+xml", "image/webp"], Field()]


class Icon(Model):
    """An image of the server."""

    src: Annotated[HttpsUrl, Field(max_length=255)]
    """The image's address."""
    mime_type: MimeType | None = None
    """Its format, where the address does not tell."""
    sizes: tuple[Annotated[str, Field(pattern=r"^(\d+x\d+|any)$")], ...] | None = None
    """Its sizes in pixels, such as 48x48; `any` for drawings that scale."""
    theme: Theme | None = None
    """The background it is made for; any when absent."""


class Permissions(Model):
    """What the server needs of the user's machine. The sandbox grants no more."""

    network: (
        Literal["none", "loopback", "any"]
        | tuple[Annotated[str, Field(pattern=r"^(\*\.)?[a-z0-9.-]+(:[0-9]+)?$")], ...]
    ) = "none"
    """`none`, `loopback`, `any`, or the hosts it talks to."""
    filesystem: Literal["none", "arguments", "any"] = "none"
    """`none`, `arguments` (the paths the user names in parameters), or `any`."""


class Expect(Model):
    """What the answer of a smoke call must show."""

    contains: str | None = None
    """Text that must be in the answer."""
    is_error: Flag = False
    """The call is meant to fail."""


class SmokeCall(Model):
    """One tool call that proves that the server works."""

    tool: Annotated[str, Field(min_length=1, max_length=256)]
    """The tool's name, as the server spells it."""
    arguments: dict[str, Any] | None = None
    """The tool's arguments."""
    expect: Expect | None = None
    """What the answer must show; that it is no error when absent."""


class Smoke(Model):
    """How the registry proves that the server works, without credentials."""

    services: tuple[ServiceName, ...] | None = None
    """Local services to start for it; their values stand in `arguments` and `calls` as `${services.postgres.url}`."""
    files: dict[RelativePath, str] | None = None
    """Text files to put into the folder that it works in, which has a `README.md`."""
    arguments: dict[str, tuple[str, ...]] | None = None
    """Values of the parameters for the test."""
    calls: tuple[SmokeCall, ...] | None = None
    """Calls to make after listing."""
    needs: tuple[str, ...] | None = None
    """Credentials without which it does not start; it is then not started, or with made-up ones of `arguments`."""

    @property
    def needs_made_up(self) -> bool:
        """Whether `arguments` has something in place of every credential, so that the server starts and lists."""
        return bool(self.needs) and set(self.needs or ()) <= (self.arguments or {}).keys()


class Update(Model):
    """How a newer version is found."""

    from_: Annotated[Literal["npm", "pypi", "oci", "none"], Field(alias="from")]
    """Where newer versions appear; `none` for servers that are not versioned by a registry."""


class Meta(Model):
    """Keys beyond the official vocabulary, as the official registry keeps them."""

    publisher_provided: Annotated[dict[str, Any], Field(alias=PUBLISHER_KEY)]
    """What the publisher's own tools say about the server; passed on as it is, never read."""


class Entry(Model):
    """A server as its publisher describes it: official server.json fields, and a few of our own."""

    model_config = ConfigDict(title="MCP hub registry entry")

    id: Id
    """What people type; the file is `registry/servers/<id>.yaml`."""
    name: Name
    """The server's name in the official registry: reverse-DNS namespace, slash, name."""
    title: Annotated[str, Field(min_length=1, max_length=100)]
    """The name people read."""
    description: Annotated[str, Field(min_length=1, max_length=100)]
    """What one can do with it, in one line."""
    documentation: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    """Longer text in Markdown for the server's page."""
    version: Version
    """The version of the server that this entry describes."""
    published: Date
    """The day this version entered the registry, quoted: \"2026-11-21\"."""
    status: Status = "active"
    """`deprecated` warns, `withdrawn` refuses to start."""
    license: Annotated[str, Field(min_length=1, max_length=100)]
    """SPDX expression of the server's licence."""
    website_url: HttpsUrl | None = None
    """The server's home page."""
    repository: Repository | None = None
    """Where the source code is."""
    icons: tuple[Icon, ...] | None = None
    """Images of the server."""
    maintainers: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9-]{0,38})$")], ...],
        Field(min_length=1),
    ]
    """GitHub logins that may change this entry without a second review."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=3)]
    """Where the server is found in the catalog."""
    tags: tuple[Annotated[str, Field(max_length=32, pattern=r"^[a-z0-9][a-z0-9-]*$")], ...] | None = None
    """Words people may search for."""
    packages: Annotated[tuple[Package, ...], Field(min_length=1)] | None = None
    """Ways to start it on the user's machine, best first."""
    remotes: Annotated[tuple[Remote, ...], Field(min_length=1)] | None = None
    """Addresses where somebody else runs it, best first."""
    openapi: OpenApi | None = None
    """An HTTP API to turn into tools."""
    module: Module | None = None
    """A FastMCP server in a Python module."""
    extensions: Annotated[dict[ExtensionKind, dict[str, Any]], Field(min_length=1)] | None = None
    """Ways to start it that a plug-in of the launcher knows, by kind; each plug-in says what belongs below its own."""
    permissions: Permissions | None = None
    """What the server needs of the user's machine; nothing when absent."""
    smoke: Smoke | None = None
    """How the registry proves that it works."""
    update: Update | None = None
    """How a newer version is found."""
    meta: Annotated[Meta | None, Field(alias="_meta")] = None
    """What a publisher's own tools keep with the server in the official registry."""

    @model_validator(mode="after")
    def _startable(self) -> Self:
        if not (self.packages or self.remotes or self.openapi or self.module or self.extensions):
            raise ValueError("an entry needs one of packages, remotes, openapi, module and extensions")
        return self
