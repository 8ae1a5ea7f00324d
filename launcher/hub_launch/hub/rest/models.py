"""What the REST API answers: the OpenAPI document is made of these models."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from hub_launch.hub.rest.described import Described
from hub_launch.run.health import Level
from hub_launch.run.state import State

OFFICIAL_META = "io.modelcontextprotocol.registry/official"
RUNTIME_META = "io.github.mcp-hub-launch/runtime"
"""Under it stands what this hub knows of a server, beside what the official registry's clients read."""

Amount = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]


class Problem(Described):
    """An error (RFC 9457)."""

    title: str
    """The HTTP status in words."""
    status: int
    """The HTTP status."""
    detail: str
    """What is wrong, and what to do."""


class Pong(Described):
    """That the hub answers."""

    pong: Literal[True]
    """Always true."""
    version: str
    """The launcher's version."""


class Version(Described):
    """What answers."""

    version: str
    """The launcher's version."""
    protocol_versions: tuple[str, ...]
    """The versions of MCP that the hub speaks, the newest first."""


class HubHealth(Described):
    """How the hub does."""

    status: Literal["ok", "degraded", "failed"]
    """`ok`: each serves, will in a moment, or was told to stop; `degraded`: some do not; `failed`: none does."""
    servers: dict[State, Amount]
    """How many servers are in each state; states that none is in are left out."""


class Latency(Described):
    """How long the latest calls took, a hundred at most, in seconds."""

    last: Seconds
    """The last one."""
    median: Seconds
    """Half of them took no longer."""
    p95: Seconds
    """Nineteen of twenty took no longer."""


class Calls(Described):
    """Calls of a server's tools since the hub started."""

    total: Amount
    """Those that are over."""
    tool_errors: Amount
    """Of them, those that failed as the tool itself says."""
    failures: Amount
    """Of them, those that the server did not answer."""
    in_flight: Amount
    """Those that are going on."""
    latency: Latency | None
    """None before the first call."""


class Probes(Described):
    """How quick a server is by itself, whatever its tools take: of its latest answers to probes, in seconds."""

    last: Seconds
    """The last one."""
    median: Seconds
    """Half of them took no longer."""
    worst: Seconds
    """None took longer."""


class Health(Described):
    """Whether a server answers, and how quickly."""

    level: Level
    """`unknown`, `healthy`, `degraded` (slow, or silent the last time) or `unhealthy` (silent several times)."""
    reason: str
    """Why it is not healthy; may be empty."""
    failures: Amount
    """How often in a row it did not answer, up to now."""
    probes: Probes | None
    """None before the first."""


class Instance(Described):
    """One of the processes, or addresses, that a server consists of."""

    state: State
    """As the server's."""
    reason: str
    """Why it is in this state; may be empty."""
    health: Health
    """Its own."""
    in_flight: Amount
    """Its calls that are going on."""


class Offered(Described):
    """How many things of each kind a server offers."""

    tools: Amount
    resources: Amount
    templates: Amount
    prompts: Amount


class Runtime(Described):
    """What the hub knows of a server at this moment."""

    id: str
    """What it is called here."""
    title: str
    """Its name for people."""
    kind: str
    """How it is run: npm, pypi, oci, mcpb, openapi, module, remote, or another kind that a plug-in knows."""
    state: State
    """`pending`, `starting`, `ready`, `degraded`, `failed`, `quarantined` or `stopped`; calls are passed on to `ready`
    and `degraded` ones."""
    reason: str
    """Why it is in this state; empty where the state says it all."""
    hint: str
    """What to do about it; may be empty."""
    note: str
    """What of it is left out though it serves; may be empty."""
    resting: bool
    """It serves, but nothing of it runs: the next call starts it."""
    offers: Offered
    """What clients are shown of it."""
    capabilities: tuple[str, ...]
    """The names of the capabilities that it says it has."""
    protocol: str
    """The version of MCP that it speaks; empty before it has said so."""
    server_version: str
    """The version that it says it is; may be empty."""
    start_seconds: Seconds
    """How long its latest start took; 0 before the first is over."""
    restarts: Amount
    """How often it was started again after it had ended, or failed, by itself."""
    calls: Calls
    """Calls of its tools."""
    health: Health
    """Whether it answers; of several instances what is worst."""
    instances: tuple[Instance, ...]
    """Those that share its calls; most servers are one. None of a server that could not be planned."""
    endpoint: str
    """The address of its own MCP endpoint."""


class Tool(Described):
    """A tool, as its server describes it."""

    name: str
    """What it is called by its server."""
    title: str | None = None
    description: str | None = None
    input_schema: dict[str, Any]
    """A JSON Schema of its arguments."""
    output_schema: dict[str, Any] | None = None
    """A JSON Schema of its structured results."""
    annotations: dict[str, Any] | None = None
    """Hints about what it does."""


class Details(Runtime):
    """All that the hub knows of a server."""

    all_capabilities: dict[str, Any]
    """Its capabilities, in its own words."""
    instructions: str | None
    """How it wants to be used, in its own words."""
    tools: tuple[Tool, ...]
    """What it offers to do."""


class Address(Described):
    """Where a server is reached through this hub."""

    type: Literal["streamable-http"]
    url: str


class Listed(Described):
    """A server, as the official registry's clients know servers: reached through this hub."""

    name: str
    """In the official registry; `local/<id>` for a server of no registry."""
    title: str
    description: str
    version: str
    remotes: tuple[Address, ...]


class OfficialMeta(Described):
    """What the official registry's clients want to know of a server in a list."""

    status: Literal["active"]
    status_changed_at: AwareDatetime
    published_at: AwareDatetime
    """When this hub started."""
    updated_at: AwareDatetime
    is_latest: Literal[True]


class ListedMeta(Described):
    """Beside a server in a list."""

    official: Annotated[OfficialMeta, Field(alias=OFFICIAL_META)]
    runtime: Annotated[Runtime, Field(alias=RUNTIME_META)]


class ServerMeta(Described):
    """Beside a server."""

    official: Annotated[OfficialMeta, Field(alias=OFFICIAL_META)]
    runtime: Annotated[Details, Field(alias=RUNTIME_META)]


class ListedServer(Described):
    """A server of a list, in the official registry's form."""

    server: Listed
    meta: Annotated[ListedMeta, Field(alias="_meta")]


class ServerResponse(Described):
    """A server, in the official registry's form."""

    server: Listed
    meta: Annotated[ServerMeta, Field(alias="_meta")]


class ListMetadata(Described):
    """About a page of a list."""

    count: Amount
    """How many servers are on the page."""
    next_cursor: str | None = None
    """What to ask for as `cursor` for the next page; absent on the last."""


class ServerList(Described):
    """Servers of this hub."""

    servers: tuple[ListedServer, ...]
    metadata: ListMetadata


class Hit(Described):
    """Something that was found: a server, or a tool of one."""

    server: str
    """The server's id."""
    tool: str | None
    """The tool's own name; None where the server itself was found."""
    title: str
    description: str
    """In its maker's words; may be empty."""


class Hits(Described):
    """What was found, best first."""

    results: tuple[Hit, ...]
    count: Amount
    """How many there are altogether."""


class HubStatus(Described):
    """The hub itself."""

    version: str
    """The launcher's version."""
    began: AwareDatetime
    """When it started."""
    endpoint: str
    """Where all servers are reached together."""
    sessions: Amount
    """Sessions that clients of the older protocol have opened."""


class Summary(Described):
    """All servers together."""

    states: dict[State, Amount]
    """How many servers are in each state; states that none is in are left out."""
    tools: Amount
    """How many tools clients are shown, or can search."""
    tools_searched: bool
    """Whether clients are offered three tools that search and call the others."""
    tokens: Amount
    """An estimate of what all definitions cost an assistant that reads them: a quarter of their bytes."""
    tokens_offered: Amount
    """The same of what clients are offered now."""
    calls: Amount
    failures: Amount


class StatusDocument(Described):
    """Everything that a page about the hub needs."""

    hub: HubStatus
    summary: Summary
    servers: tuple[Runtime, ...]
    """In the order in which they were asked for."""


class StatusEvent(Described):
    """The first event of a stream."""

    type: Literal["status"]
    status: StatusDocument


class ServerEvent(Described):
    """A server is new, or anything about it has changed."""

    type: Literal["server"]
    server: Runtime


class GoneEvent(Described):
    """A server is no longer part of the hub."""

    type: Literal["gone"]
    id: str


class HubEvent(Described):
    """The hub itself, or what its servers are together, has changed."""

    type: Literal["hub"]
    hub: HubStatus
    summary: Summary


class Service(Described):
    """A server as a service: whether it may be called, and which tools it has."""

    name: str
    """The server's id."""
    title: str
    healthy: bool
    """Whether calls are passed on to it."""
    state: State
    reason: str
    tools: tuple[str, ...]
    """Their names."""


class Services(Described):
    """All servers, as services."""

    services: tuple[Service, ...]


class ServiceHealth(Described):
    """Whether a service may be called."""

    name: str
    healthy: bool
    state: State
    reason: str
    hint: str


class CallRequest(Described):
    """A tool, and what to give it."""

    tool: Annotated[str, Field(min_length=1, max_length=256)]
    """Its own name, without the server's id before it."""
    arguments: Annotated[dict[str, Any], Field(default_factory=dict)]
    """By name, as its schema wants them."""


class CallResult(Described):
    """What a tool answered, as MCP has it; servers may say more."""

    model_config = ConfigDict(extra="allow")

    content: tuple[dict[str, Any], ...]
    """Texts, images and so on."""
    structured_content: dict[str, Any] | None = None
    """The same as data, where the tool gives any."""


class ToolProblem(Problem):
    """A tool that failed, in its own words."""

    result: CallResult
    """All that it said."""


class EntryFinding(Described):
    """One thing about an entry that has to be changed, or looked at."""

    verdict: Literal["OK", "REVIEW", "FAIL"]
    """`FAIL` keeps it from being published, `REVIEW` is for a person to look at."""
    rule: str
    """The rule's short name; the page about the checks has all of them."""
    line: int
    """Of the entry as YAML."""
    column: int | None
    pointer: str
    """Where in the entry (RFC 6901)."""
    message: str
    hint: str
    """What to do; may be empty."""


class EntryProblem(Problem):
    """An entry that no registry would take."""

    findings: tuple[EntryFinding, ...]
    """All that is wrong with it."""


class PublishedEntry(Described):
    """An entry of the user's own that may be started now."""

    id: str
    version: str
    verdict: Literal["OK", "REVIEW"]
    """`REVIEW`: a person should look at the findings before it is started."""
    findings: tuple[EntryFinding, ...]
    start: str
    """The command that shows what it would run, asks, and starts it."""


class Log(Described):
    """The end of a server's log."""

    lines: tuple[str, ...]
    """The oldest first; without the secrets that the server was given."""


class Reloaded(Described):
    """What reading the configuration again has changed."""

    changed: tuple[str, ...]
    """In words, one for each change."""
