"""Whether an address answers as an MCP server. The one module of the checks that speaks MCP."""

import asyncio
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2
from fastmcp import Client
from fastmcp.client.transports import ClientTransport, SSETransport, StreamableHttpTransport

from hub_launch import addresses
from hub_launch.catalog import Remote
from hub_launch.errors import HubError

# A server that needs longer for its first answer looks dead to the people who try it, too.
ANSWER_SECONDS = 20
# HTTP's own words for "somebody is here, and wants to know who you are".
_WANTS_CREDENTIALS = (401, 403)


def answers(remote: Remote, allowed: Callable[[str], bool] | None = None) -> None:
    """Return if `remote` answers `initialize` or `server/discover`, or asks for credentials.

    allowed: whether a host may be spoken to; only those of the public internet when absent. Raises HubError where
    it does not answer.
    """
    host = urlsplit(remote.url).hostname or ""
    if not (allowed or is_public)(host):
        # Who checks stands behind a firewall, and an entry must not choose what is asked there.
        raise HubError(f"{host} has an address that is not of the public internet, and is not asked")
    statuses: list[int] = []
    try:
        asyncio.run(_connect(remote, statuses))
    except Exception as error:
        if any(status in _WANTS_CREDENTIALS for status in statuses):
            return
        told = f"HTTP status {statuses[-1]}" if statuses and statuses[-1] >= 300 else _words(error)
        raise HubError(f"{remote.url} did not answer as an MCP server: {told}") from None


def is_public(host: str) -> bool:
    """Whether every address of `host` is one of the public internet. Raises HubError if it has none."""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        raise HubError(f"{host} has no address here", "is the network there, and the name right?") from None
    read = [addresses.read_address(str(place[0])) for *_, place in found]
    return all(one is not None and addresses.is_public(one) for one in read)


async def _connect(remote: Remote, statuses: list[int]) -> None:
    async def note(response: httpx2.Response) -> None:
        statuses.append(response.status_code)

    def client(
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
        **others: object,
    ) -> httpx2.AsyncClient:
        del timeout, others  # our time limit is shorter; FastMCP says to follow redirects
        # No redirects: where they lead was not in the entry, and was not looked at.
        return httpx2.AsyncClient(
            headers=headers,
            auth=auth,
            follow_redirects=False,
            timeout=ANSWER_SECONDS,
            event_hooks={"response": [note]},
        )

    kind = SSETransport if remote.type == "sse" else StreamableHttpTransport
    transport: ClientTransport = kind(remote.url, httpx_client_factory=client)
    async with asyncio.timeout(ANSWER_SECONDS):
        async with Client(transport, mode="auto", init_timeout=ANSWER_SECONDS, timeout=ANSWER_SECONDS):
            pass


def _words(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, TimeoutError):
        return f"nothing within {ANSWER_SECONDS} s"
    return str(error) or type(error).__name__
