"""How a started package, or a remote server, is spoken to."""

from typing import Annotated, Literal

from pydantic import Field

from hub_launch.catalog.base import HttpUrl, Model
from hub_launch.catalog.inputs import Header, Input


class StdioTransport(Model):
    """JSON-RPC lines over standard input and output."""

    type: Literal["stdio"]
    """Over standard input and output."""


class StreamableHttpTransport(Model):
    """The MCP streamable HTTP transport."""

    type: Literal["streamable-http"]
    """Over streamable HTTP."""
    url: HttpUrl
    """Where it answers; `{name}` in it is replaced by the variable of that name."""
    headers: tuple[Header, ...] | None = None
    """Headers sent with every request."""


class SseTransport(Model):
    """The older HTTP with server-sent events transport."""

    type: Literal["sse"]
    """Over HTTP with server-sent events."""
    url: HttpUrl
    """Where it answers; `{name}` in it is replaced by the variable of that name."""
    headers: tuple[Header, ...] | None = None
    """Headers sent with every request."""


LocalTransport = Annotated[StdioTransport | StreamableHttpTransport | SseTransport, Field(discriminator="type")]


class StreamableHttpRemote(StreamableHttpTransport):
    """A server somebody else runs, spoken to over streamable HTTP."""

    variables: dict[str, Input] | None = None
    """The variables that the URL names in braces."""


class SseRemote(SseTransport):
    """A server somebody else runs, spoken to over server-sent events."""

    variables: dict[str, Input] | None = None
    """The variables that the URL names in braces."""


Remote = Annotated[StreamableHttpRemote | SseRemote, Field(discriminator="type")]
