"""Signing in: the user says who they are, in their browser, to whom the server named."""

import contextlib
import logging
import re
import webbrowser
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import urlsplit

import httpx2

from hub_launch import __version__
from hub_launch.errors import HubError
from hub_launch.plan import HttpLaunch
from hub_launch.run.addresses import is_this_machine
from hub_launch.run.signin.callback import PATIENCE_SECONDS, Callback
from hub_launch.run.signin.oauth import Memory, OpenPool, pool_for, provider_for
from hub_launch.run.signin.store import Record, Store
from hub_launch.run.signin.web import web_client
from hub_launch.text import printable, redact, shortened

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


async def sign_in(launch: HttpLaunch, store: Store, show: Show, pool: OpenPool = pool_for) -> bool:
    """Sign the user in to a server, and keep what it gives them. Returns whether that is in the keyring.

    Raises HubError: the server does not ask who one is, or did not let the user in.
    """
    async with Callback().listening() as callback:
        # A new registration each time: it names the port that the browser comes back to.
        memory = Memory(store, Record(launch.url, launch.id))

        async def show_address(address: str) -> None:
            await show(checked(launch.id, address))

        provider = provider_for(
            launch.url,
            memory,
            [callback.url],
            redirect_handler=show_address,
            callback_handler=lambda: _code(launch.id, callback),
        )
        headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": _VERSION}
        with _quiet():
            async with web_client(pool(launch), launch.url, own=launch.own_network) as client:
                answer = await _asked(launch, client.post(launch.url, json=_HELLO, headers=headers, auth=provider))
    if not memory.record.secret:
        raise HubError(f"{launch.id} does not ask who you are (HTTP {answer.status_code})", "just start it")
    return memory.in_keyring


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
