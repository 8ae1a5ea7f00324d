"""Signing in: the user says who they are, in their browser, to whom the server named."""

import asyncio
import contextlib
import logging
import re
import webbrowser
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2

from hub_launch.errors import HubError
from hub_launch.plan import HttpLaunch
from hub_launch.run.addresses import is_this_machine
from hub_launch.run.exchange import Challenge
from hub_launch.run.signin.callback import PATIENCE_SECONDS, Callback
from hub_launch.run.signin.oauth import Memory, OpenPool, pool_for, provider_for
from hub_launch.run.signin.store import Record, Store
from hub_launch.run.signin.web import web_client
from hub_launch.text import printable, redact, shortened
from hub_launch.version import __version__

if TYPE_CHECKING:
    from mcp.shared.auth import OAuthClientInformationFull

# What a request for tokens would be: nobody is asked who they are for less.
_VERSION = "2025-11-25"
_HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": _VERSION,
        "capabilities": {},
        "clientInfo": {"name": "mcp-hub", "version": __version__},
    },
}

# Without what means something to a shell: some desktops start their browser through one.
_SAFE_URL = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!*+,=%&-]+")

Show = Callable[[str], Awaitable[None]]
"""Brings the user to an address, in their browser or otherwise. Raises HubError if they do not want to."""


@dataclass(frozen=True, slots=True)
class Registered:
    """As whom the hub is known to whoever lets users in, where it cannot register itself."""

    id: str
    """Given by the server's operator; or the https address of a document about the hub, which it then publishes."""
    secret: str | None = field(default=None, repr=False)


async def sign_in(
    launch: HttpLaunch, store: Store, show: Show, pool: OpenPool = pool_for, registered: Registered | None = None
) -> bool:
    """Sign the user in to a server, and keep what it gives them. Returns whether that is in the keyring.

    A server that has refused a request before is asked for what it wanted then. Raises HubError: the server does not
    ask who one is, or did not let the user in.
    """
    challenge = await asyncio.to_thread(store.challenge, launch.url)
    async with Callback().listening() as callback:
        memory = await _memory(launch, store, callback.url, challenge, registered)

        async def show_address(address: str) -> None:
            await show(checked(launch.id, address))

        provider = provider_for(
            launch.url,
            memory,
            [callback.url],
            redirect_handler=show_address,
            callback_handler=lambda: _code(launch.id, callback),
            client_metadata_url=registered.id if registered and _is_address(registered.id) else None,
        )
        before = memory.record
        with _quiet():
            async with web_client(pool(launch), launch.url, own=launch.own_network) as client:
                answer = await _asked(launch, _sent(client, launch.url, provider, challenge))
    if memory.record is before:
        raise HubError(f"{launch.id} does not ask who you are (HTTP {answer.status_code})", "just start it")
    await asyncio.to_thread(store.forget_challenge, launch.url)
    return memory.in_keyring


async def _memory(
    launch: HttpLaunch, store: Store, back: str, challenge: Challenge | None, registered: Registered | None
) -> Memory:
    secret: dict[str, Any] = {}
    if challenge and challenge.status == HTTPStatus.FORBIDDEN:
        # What was allowed before is asked for again, together with the rest; without it the user would lose it.
        known = await asyncio.to_thread(store.load, launch.url)
        secret = {key: value for key, value in (known.secret if known else {}).items() if key == "tokens"}
    # A new registration each time, where there is none: it names the port that the browser comes back to.
    client = _client(registered, back) if registered and not _is_address(registered.id) else None
    return Memory(store, Record(launch.url, launch.id, secret), registered=client)


def _client(registered: Registered, back: str) -> "OAuthClientInformationFull":
    # Here: the SDK takes a second to load.
    from mcp.shared.auth import OAuthClientInformationFull

    how = "client_secret_basic" if registered.secret else "none"
    words = {"client_id": registered.id, "client_secret": registered.secret, "token_endpoint_auth_method": how}
    return OAuthClientInformationFull.model_validate({**words, "redirect_uris": [back]})


def _is_address(client_id: str) -> bool:
    return client_id.startswith("https://")


async def _sent(
    client: httpx2.AsyncClient, url: str, provider: httpx2.Auth, challenge: Challenge | None
) -> httpx2.Response:
    """The server's answer after the user was let in; to the request that it refused, it is not sent again."""
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": _VERSION}
    request = client.build_request("POST", url, json=_HELLO, headers=headers)
    if challenge is None:
        return await client.send(request, auth=provider)
    refusal = httpx2.Response(challenge.status, headers={"www-authenticate": challenge.header}, request=request)
    flow = provider.async_auth_flow(request)
    try:
        outgoing = await _until(request, await anext(flow), flow, client)
        outgoing = await flow.asend(refusal)
        await _until(request, outgoing, flow, client)
    except StopAsyncIteration:
        pass
    finally:
        await flow.aclose()
    return refusal


async def _until(
    request: httpx2.Request,
    outgoing: httpx2.Request,
    flow: AsyncGenerator[httpx2.Request, httpx2.Response],
    client: httpx2.AsyncClient,
) -> httpx2.Request:
    """Send what signing in takes, up to `request` itself."""
    while outgoing is not request:
        outgoing = await flow.asend(await client.send(outgoing))
    return outgoing


async def _asked(launch: HttpLaunch, answer: Awaitable[httpx2.Response]) -> httpx2.Response:
    # Here: the SDK takes a second to load.
    from mcp.client.auth import OAuthFlowError

    try:
        return await answer
    except TimeoutError:
        raise HubError(
            f"Nobody came back from the browser within {PATIENCE_SECONDS // 60} minutes", "try again"
        ) from None
    except (OAuthFlowError, httpx2.HTTPError, ValueError) as error:
        said = shortened(printable(redact(str(error) or type(error).__name__, launch.secrets)))
        raise HubError(f"You are not signed in to {launch.id}: {said}", "try again, or ask its operator") from error


async def _code(server: str, callback: Callback) -> object:
    from mcp.client.auth import AuthorizationCodeResult

    brought = (await callback.visit()).parameters
    if "error" in brought:
        said = shortened(printable(brought.get("error_description") or brought["error"]))
        raise HubError(f"You are not signed in to {server}: {said}")
    return AuthorizationCodeResult(code=brought["code"], state=brought.get("state"), iss=brought.get("iss"))


def checked(server: str, address: str) -> str:
    """The address to sign in at, if a browser may be given it. Raises HubError: a stranger's server chose it."""
    parts = urlsplit(address)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname or ""))
    if not secure or not _SAFE_URL.fullmatch(address) or parts.username:
        raise HubError(
            f"{server} wants you to sign in at {shortened(printable(address))!r}, which is no safe address",
            "do not go there; tell whoever published the server",
        )
    return address


def open_browser(address: str) -> bool:
    """Show a checked address in the user's browser. Returns whether there seems to be one."""
    return webbrowser.open(address)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The SDK logs failures of the flow, with what servers said; the user is told by an error."""
    logger = logging.getLogger("mcp.client.auth")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
