"""The link to a remote server, over the transport that its launch names."""

import httpcore2

from hub_launch.plan import HttpLaunch
from hub_launch.run.exchange import Authorization
from hub_launch.run.http import HttpLink
from hub_launch.run.link import LIMITS, Limits, OnMessage
from hub_launch.run.sse_link import SseLink


def remote_link(
    launch: HttpLaunch,
    on_message: OnMessage,
    *,
    pool: httpcore2.AsyncConnectionPool | None = None,
    authorization: Authorization | None = None,
    limits: Limits = LIMITS,
) -> HttpLink | SseLink:
    """A link that is not connected yet; see HttpLink."""
    kind = SseLink if launch.transport == "sse" else HttpLink
    return kind(launch, on_message, pool=pool, authorization=authorization, limits=limits)
