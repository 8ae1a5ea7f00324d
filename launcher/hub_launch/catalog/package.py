"""A package that a runner on the user's machine downloads and starts."""

from typing import Annotated, Literal

from pydantic import Field

from hub_launch.catalog.base import HttpsUrl, Model, Sha256, Version
from hub_launch.catalog.inputs import Argument, EnvironmentVariable
from hub_launch.catalog.transport import LocalTransport

RegistryType = Literal["npm", "pypi", "oci", "mcpb", "nuget"]

Integrity = Annotated[str, Field(pattern=r"^(sha512-[A-Za-z0-9+/]{86}==|sha256-[a-f0-9]{64}|sha256:[a-f0-9]{64})$")]
"""npm: `sha512-<base64>` as its registry states it; PyPI: `sha256-<hex>` of the wheel; OCI: `sha256:<hex>` digest."""

EXCLUDE_NEWER = "--exclude-newer"
"""uv's argument that leaves out what was published after a day: dependencies stay as they were then."""


class Package(Model):
    """One way to start the server on the user's machine. Several packages of an entry are alternatives, best first."""

    registry_type: RegistryType
    """Where the package comes from."""
    registry_base_url: HttpsUrl | None = None
    """A registry other than the usual one of its kind."""
    identifier: Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[^\s]+$")]
    """The package's name there; for oci the image with its digest, for mcpb the https address of the bundle."""
    version: Version | None = None
    """The exact version; never a range or `latest`. Not for oci, whose identifier carries a digest."""
    integrity: Integrity | None = None
    """Hash of the published file, so that a changed package is noticed."""
    file_sha256: Sha256 | None = None
    """Hash of an mcpb bundle, which must have one."""
    runtime_hint: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] | None = None
    """The command its publisher runs it with, such as `npx`; other clients read it, the launcher chooses by kind."""
    transport: LocalTransport
    """How the started server is spoken to."""
    runtime_arguments: tuple[Argument, ...] | None = None
    """Arguments of the runner, before the package; for oci the few that lower what a container may do."""
    package_arguments: tuple[Argument, ...] | None = None
    """Arguments of the server itself; for mcpb, those without a fixed value are settings of its manifest, by name."""
    environment_variables: tuple[EnvironmentVariable, ...] | None = None
    """The only environment variables, besides the runner's own, that the server is given."""
