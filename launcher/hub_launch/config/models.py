"""What may stand in a configuration file. The page about it and its JSON Schema are made of these models."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from hub_launch.catalog.base import Id, Model, Version
from hub_launch.config.defaults import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    LEAST_IDLE_MINUTES,
    MAX_DRAIN_SECONDS,
    MAX_INSTANCES,
)
from hub_launch.parsing import MAX_PORT

# A token in a file that lies beside others, and is committed, is no secret.
REFERENCE = r"^(\$\{[A-Za-z_][A-Za-z0-9_]*\}|keyring:[A-Za-z0-9._-]+)$"

_SCALAR = {"type": ["string", "number", "boolean"]}
_SCALARS = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}


def _as_text(value: Any) -> Any:
    """TOML knows numbers and truth; parameters are text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _nothing_said(value: Any) -> Any:
    """`time:` means as much as `time: {}`."""
    return {} if value is None else value


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_list), WithJsonSchema(_SCALARS)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Patterns = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Idle = Annotated[int, Field(ge=LEAST_IDLE_MINUTES)]
Instances = Annotated[int, Field(ge=1, le=MAX_INSTANCES)]


class HubPart(Model):
    """The hub itself. A variable of the environment may say each of these: HUB_HOST, HUB_PORT and so on."""

    host: str = DEFAULT_HOST
    """The address to listen on."""
    port: Annotated[int, Field(ge=0, le=MAX_PORT)] = DEFAULT_PORT
    """The port to listen on; 0 finds a free one."""
    idle: Idle | None = None
    """Minutes after which servers that were not used are ended; the next call starts them again. Without it, never."""
    profile: Name | None = None
    """The profile that is started if none is named. Without it, every server that is enabled."""
    tools: Literal["all", "search", "auto"] = "auto"
    """How tools are offered: every one, three that search and call the others, or whichever suits their number."""
    tools_over: Annotated[int, Field(ge=0)] | None = None
    """With more tools than this they are searched; `--tools-over` has the number that is meant without it."""
    hide: Patterns = ()
    """Tools that are not offered: `<id>.<tool>` with `*` for anything, or `tag:<tag>`."""
    only: Patterns = ()
    """Tools that are offered alone, of all servers, in the same form."""
    watch: bool = False
    """Whether the running hub follows changes of this file."""
    sandbox: Literal["auto", "require", "off"] = "auto"
    """How servers are shut in: `auto` is the strongest way there is, `require` starts none without, `off` shuts in
    none."""
    token: Annotated[str, WithJsonSchema({"type": "string", "pattern": REFERENCE})] | None = Field(
        default=None, repr=False
    )
    """The token that the hub asks its clients for: `${NAME}` or `keyring:name`, never the token itself."""
    tls_cert: str | None = None
    """The certificate to serve https with: a file (PEM), from this one."""
    tls_key: str | None = None
    """The certificate's private key: a file (PEM), from this one."""
    jwt_issuer: str | None = None
    """The issuer whose tokens (JWT) are believed; with `jwtAudience` and `jwtKeys`."""
    jwt_audience: str | None = None
    """Whom its tokens must be made for."""
    jwt_keys: str | None = None
    """Its public keys: an https address (JWKS), or a file, from this one."""
    allow_host: Patterns = ()
    """Other names that this hub is reached by."""
    allow_origin: Patterns = ()
    """Other sites whose pages may talk to the hub, as https://app.example.com."""
    drain: Annotated[int, Field(ge=0, le=MAX_DRAIN_SECONDS)] = 0
    """Seconds for which the hub goes on answering when it is told to end, and says so at /readyz."""
    sessions: Annotated[str, WithJsonSchema({"type": "string", "pattern": REFERENCE})] | None = Field(
        default=None, repr=False
    )
    """Where clients' sessions are shared with other hubs: `${NAME}` or `keyring:name`, which says redis://host:6379/0."""
    audit: bool = True
    """Whether an audit log of what was started and called is kept."""
    log_format: Literal["text", "json"] = "text"
    """Of the hub's own log."""
    otel: bool = False
    """Whether traces and metrics are sent by OpenTelemetry, as the variables OTEL_* say."""
    logfire: bool = False
    """Whether they are sent to Logfire (LOGFIRE_TOKEN)."""


class RegistryPart(Model):
    """A registry to read servers from."""

    name: Name
    """What it is called, as in a server's `registry`."""
    place: str | None = None
    """Folder (from this file), file:// or https:// address of a built registry. Without it, the one that `hub-launch
    registry list` shows under that name."""
    root: str | None = None
    """The file, from this one, with the root that its signatures are checked with."""
    unsigned: bool = False
    """It need not be signed: whoever answers there is believed."""


class ServerPart(Model):
    """A server that the hub starts: one of a registry under its id, or the user's own, with a command or a url."""

    set: dict[str, Texts] = Field(default_factory=dict)
    """Its parameters, as `hub-launch info ID` lists them; several values as a list. Secrets belong into variables."""
    version: Version | None = None
    """The version to start. Without it, the registry's latest."""
    registry: Name | None = None
    """The registry that it is from, where several have one of that id."""
    command: Annotated[str, Field(min_length=1)] | None = None
    """A command of your own, for what is in no registry. It is shown and agreed to like any other, and nothing shuts it
    in."""
    args: Annotated[tuple[Text, ...], BeforeValidator(_as_list)] = ()
    """The command's arguments."""
    env: dict[str, Text] = Field(default_factory=dict)
    """The command's variables, `${NAME}` or `keyring:name` for secrets; it gets no others of yours."""
    cwd: str | None = None
    """The folder that the command is started in. Without it, that of this file."""
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """The address of a server that runs already, in the place of a command; it may be in your own network."""
    transport: Literal["streamable-http", "sse"] = "streamable-http"
    """How that address is spoken to."""
    headers: dict[str, Text] = Field(default_factory=dict)
    """What is sent to it, with `${NAME}` or `keyring:name` for secrets."""
    start: Literal["eager", "lazy"] = "eager"
    """When it is started: with the hub, or by the first call of it."""
    idle: Idle | None = None
    """As the hub's, for this server."""
    instances: Instances = 1
    """How many of it run at once and share its calls; of a remote server, how many of its addresses do."""
    balance: Literal["least-in-flight", "round-robin"] = "least-in-flight"
    """Which instance gets a call: the one with the fewest under way, or the next in turn."""
    isolation: Literal["shared", "session"] = "shared"
    """Whether all clients share one process of it, or each client's session has its own, which may ask that client."""
    only: Patterns = ()
    """The tools of it that are offered; `*` stands for anything, as in `read_*`."""
    hide: Patterns = ()
    """The tools of it that are not offered."""
    rename: dict[str, str] = Field(default_factory=dict)
    """Other names for tools of it: `read_text_file: read` is offered as `<id>_read`."""
    enabled: bool = True
    """Whether it is started at all; `hub-launch enable` and `disable` change that."""

    @model_validator(mode="after")
    def _one_way(self) -> "ServerPart":
        if self.command and self.url:
            raise ValueError("has a command and a url; leave one of them out")
        own = "command" if self.command else "url" if self.url else ""
        belongs = {"args": "command", "env": "command", "cwd": "command", "transport": "url", "headers": "url"}
        for key in self.model_fields_set:
            if belongs.get(key, own) != own:
                raise ValueError(f"has {key}, which is only for a server with a {belongs[key]}")
            if own and key in ("set", "version", "registry"):
                raise ValueError(f"has {key}, which is only for a server of a registry, and a {own}")
        return self

    @property
    def own(self) -> dict[str, Any] | None:
        """Its command or address, in the words of an mcp.json; None for a server of a registry."""
        if self.command:
            return {"command": self.command, "args": list(self.args), "env": dict(self.env), "cwd": self.cwd}
        if self.url:
            return {"url": self.url, "headers": dict(self.headers), "transport": self.transport}
        return None


Server = Annotated[ServerPart, BeforeValidator(_nothing_said)]


class Config(Model):
    """A configuration file."""

    hub: Annotated[HubPart, BeforeValidator(_nothing_said)] = Field(default_factory=HubPart)
    """The hub itself."""
    registries: tuple[RegistryPart, ...] | None = None
    """The registries to read, best first. Without it, those of `hub-launch registry list`."""
    servers: Annotated[dict[Id, Server], BeforeValidator(_nothing_said)] = Field(default_factory=dict)
    """The servers, by their ids: of the registry, or your own."""
    profiles: Annotated[dict[Name, tuple[Id, ...]], BeforeValidator(_nothing_said)] = Field(default_factory=dict)
    """Servers that are started together, by a name for them: `hub-launch run --profile work`."""
