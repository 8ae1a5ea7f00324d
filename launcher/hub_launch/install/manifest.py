"""`manifest.json` of an MCP bundle, versions 0.1 to 0.4: what of it decides about what is started.

https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md. The rest, texts and icons and lists of tools, is for
shops.
"""

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hub_launch.catalog.base import EnvName
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.text import printable, shortened

NAME = "manifest.json"

# With the texts of every tool, the longest of published bundles has some 100 KB.
MAX_BYTES = 1024 * 1024

# Longer command lines than any server has; a platform takes some 100 KB.
MAX_WORDS = 256
Word = Annotated[str, Field(max_length=4096, pattern=r"^[^\x00]*$")]
Words = Annotated[tuple[Word, ...], Field(max_length=MAX_WORDS)]
Env = Annotated[dict[EnvName, Word], Field(max_length=MAX_WORDS)]
Key = Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]


class Part(BaseModel):
    """A part in which an unknown key may change what is started."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True, allow_inf_nan=False)


class Override(Part):
    """What is other on one platform; each key replaces the usual one."""

    command: Word | None = None
    args: Words | None = None
    env: Env | None = None


class McpConfig(Part):
    """The command."""

    command: Word
    args: Words = ()
    env: Env = Field(default_factory=dict)
    platform_overrides: dict[Word, Override] = Field(default_factory=dict)

    def on(self, platform: str) -> "McpConfig":
        """The command on a platform, in the words of `sys.platform`."""
        other = self.platform_overrides.get(platform, Override())
        changes = {key: value for key in ("command", "args", "env") if (value := getattr(other, key)) is not None}
        return self.model_copy(update={**changes, "platform_overrides": {}})


def _inside(path: str) -> str:
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
        raise ValueError("must be a path within the bundle")
    return path


class Server(Part):
    """The server within the bundle."""

    type: Literal["node", "python", "binary", "uv"]
    entry_point: Annotated[Word, AfterValidator(_inside)]
    mcp_config: McpConfig | None = None

    @model_validator(mode="after")
    def _has_command(self) -> Self:
        if self.type != "uv" and self.mcp_config is None:
            raise ValueError(f"a server of type {self.type} needs mcp_config")
        return self


class Setting(Part):
    """One value that a user gives."""

    type: Literal["string", "number", "boolean", "directory", "file"]
    title: str = ""
    description: str = ""
    required: bool = False
    default: str | float | bool | tuple[Word, ...] | None = None
    multiple: bool = False
    sensitive: bool = False
    min: float | None = None
    max: float | None = None


class _Loose(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


class Compatibility(_Loose):
    """Where it runs. Versions of clients and runtimes are the server's to complain about."""

    platforms: tuple[Word, ...] | None = None


class Manifest(_Loose):
    """The whole document."""

    manifest_version: Annotated[str, Field(pattern=r"^0\.[1-4]$")] | None = None
    dxt_version: Annotated[str, Field(pattern=r"^0\.[1-4]$")] | None = None
    name: Annotated[str, Field(min_length=1, max_length=256)]
    version: Annotated[str, Field(min_length=1, max_length=256)]
    server: Server
    user_config: Annotated[dict[Key, Setting], Field(max_length=MAX_WORDS)] = Field(default_factory=dict)
    compatibility: Compatibility = Field(default_factory=Compatibility)

    @model_validator(mode="after")
    def _says_its_version(self) -> Self:
        if not (self.manifest_version or self.dxt_version):
            raise ValueError("manifest_version is missing")
        return self


def read_manifest(folder: Path, what: str) -> Manifest:
    """The manifest of the bundle unpacked in `folder`. Raises HubError that says what is wrong with it."""
    try:
        return Manifest.model_validate_json(read_bounded(folder / NAME, MAX_BYTES))
    except FileNotFoundError as error:
        raise _wrong(what, f"it has no {NAME}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise _wrong(what, f"{NAME}: {printable(place)}: {printable(first['msg'])}") from error
    except (OSError, ValueError) as error:
        raise _wrong(what, f"{NAME}: {error}") from error


def _wrong(what: str, why: str) -> HubError:
    return HubError(f"{what} is no MCP bundle that can be started: {shortened(why)}", code=ExitCode.REGISTRY)
