"""OAuth with the MCP SDK's own client: what it keeps, and the tokens of a signed-in user, renewed where they expired.

The SDK is loaded when a token has to be got or renewed, and not before: that takes a second.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore2
import httpx2
from filelock import AsyncFileLock, Timeout
from pydantic import BaseModel

from hub_launch.plan import HttpLaunch
from hub_launch.run.exchange import Challenge
from hub_launch.run.network import open_pool
from hub_launch.run.signin.store import Record, Store
from hub_launch.run.signin.web import web_client

if TYPE_CHECKING:
    from mcp.client.auth import OAuthClientProvider
    from mcp.shared.auth import OAuthClientInformationFull, OAuthMetadata, OAuthToken, ProtectedResourceMetadata

# A token that ends while its request is on the way is of no use.
MARGIN_SECONDS = 30
# Renewing takes two requests at most; who holds the lock longer is stuck.
LOCK_SECONDS = 60
# From this version on the resource that a token is for is named (RFC 8707).
_VERSION = "2025-11-25"

M = TypeVar("M", bound=BaseModel)

OpenPool = Callable[[HttpLaunch], httpcore2.AsyncConnectionPool]


def pool_for(launch: HttpLaunch) -> httpcore2.AsyncConnectionPool:
    """New connections to a server, and to those that it names."""
    return open_pool(launch.url, own=launch.own_network)


class Memory:
    """What the SDK keeps, as a record of the store. See mcp.client.auth.TokenStorage."""

    def __init__(
        self,
        store: Store,
        record: Record,
        clock: Callable[[], float] = time.time,
        registered: "OAuthClientInformationFull | None" = None,
    ) -> None:
        """registered: as whom the hub is known already, which it need not say again."""
        self.record = record
        self._registered = registered
        self.in_keyring = record.in_keyring
        self.provider: OAuthClientProvider | None = None
        self._store = store
        self._clock = clock

    async def get_tokens(self) -> "OAuthToken | None":
        """See TokenStorage."""
        from mcp.shared.auth import OAuthToken

        return _model(OAuthToken, self.record.secret.get("tokens"))

    async def set_tokens(self, tokens: "OAuthToken") -> None:
        """See TokenStorage. What was found out about who issues them is kept too, to renew them there."""
        expires = self._clock() + tokens.expires_in if tokens.expires_in is not None else None
        context = self.provider.context if self.provider else None
        found = {
            "metadata": context.oauth_metadata if context else None,
            "resource": context.protected_resource_metadata if context else None,
            "client": context.client_info if context else None,
        }
        known = {name: _plain(model) for name, model in found.items() if model is not None}
        secret = {**self.record.secret, **known, "tokens": _plain(tokens), "expires": expires}
        self.record = Record(self.record.url, self.record.id, secret)
        self.in_keyring = await asyncio.to_thread(self._store.save, self.record)

    async def get_client_info(self) -> "OAuthClientInformationFull | None":
        """See TokenStorage."""
        from mcp.shared.auth import OAuthClientInformationFull

        return self._registered or _model(OAuthClientInformationFull, self.record.secret.get("client"))

    async def set_client_info(self, client_info: "OAuthClientInformationFull") -> None:
        """See TokenStorage. Kept together with the tokens."""

    def metadata(self) -> "OAuthMetadata | None":
        """Who issues the tokens, as found out when the user signed in."""
        from mcp.shared.auth import OAuthMetadata

        return _model(OAuthMetadata, self.record.secret.get("metadata"))

    def resource(self) -> "ProtectedResourceMetadata | None":
        """What the server said of itself then."""
        from mcp.shared.auth import ProtectedResourceMetadata

        return _model(ProtectedResourceMetadata, self.record.secret.get("resource"))


class SignedIn:
    """The `Authorization` header of the user, for one server. See exchange.Authorization."""

    def __init__(
        self,
        launch: HttpLaunch,
        store: Store,
        *,
        clock: Callable[[], float] = time.time,
        pool: OpenPool = pool_for,
    ) -> None:
        self._launch = launch
        self._store = store
        self._clock = clock
        self._open_pool = pool
        self._value: str | None = None
        self._expires: float | None = None
        self._renewing = asyncio.Lock()

    async def __call__(self, refused: str | None) -> str | None:
        """The header; None where nobody signed in, or what was kept is not accepted any more."""
        if self._value and self._value != refused and self._lasts():
            return self._value
        if not self._store.path(self._launch.url).exists():
            # Looked at again each time: the user may sign in while the hub runs.
            self._value = None
            return None
        async with self._renewing:
            return await self._current(refused)

    async def challenged(self, challenge: Challenge) -> None:
        """See exchange.Authorization."""
        # A disk that is full costs the user a second sign-in, and the request nothing.
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._store.keep_challenge, self._launch.url, challenge)

    def _lasts(self) -> bool:
        return self._expires is None or self._clock() < self._expires - MARGIN_SECONDS

    async def _current(self, refused: str | None) -> str | None:
        if self._value and self._value != refused and self._lasts():
            return self._value  # another request renewed it
        try:
            # Other hubs renew the same tokens, and most issuers let each be renewed once.
            async with AsyncFileLock(self._store.path(self._launch.url).with_suffix(".lock"), timeout=LOCK_SECONDS):
                record = await asyncio.to_thread(self._store.load, self._launch.url)
                if record is None:
                    return None
                self._take(record.secret)
                if self._value == refused or not self._lasts():
                    self._take(await self._renewed(record))
        except (Timeout, OSError):
            return None
        return self._value

    def _take(self, secret: Mapping[str, Any]) -> None:
        token, expires = (secret.get("tokens") or {}).get("access_token"), secret.get("expires")
        self._value = f"Bearer {token}" if token else None
        self._expires = expires if isinstance(expires, int | float) else None

    async def _renewed(self, record: Record) -> Mapping[str, Any]:
        """The record's secrets with new tokens; nothing where they cannot be renewed."""
        memory = Memory(self._store, record, self._clock)
        provider = provider_for(self._launch.url, memory, ["http://127.0.0.1/"])
        provider.context.oauth_metadata = memory.metadata()
        provider.context.protected_resource_metadata = memory.resource()
        # Long ago: what is asked for is a new one.
        provider.context.token_expiry_time = 1.0
        request = httpx2.Request("POST", self._launch.url, headers={"mcp-protocol-version": _VERSION})
        flow = provider.async_auth_flow(request)
        client = web_client(self._open_pool(self._launch), self._launch.url, own=self._launch.own_network)
        try:
            async with client:
                outgoing = await anext(flow)
                while outgoing is not request:
                    outgoing = await flow.asend(await client.send(outgoing))
        except httpx2.HTTPError:
            return {}
        finally:
            await flow.aclose()
        return memory.record.secret if "authorization" in request.headers else {}


def provider_for(url: str, memory: Memory, redirects: list[str], **handlers: Any) -> "OAuthClientProvider":
    """The SDK's client for one server. handlers: its redirect_handler and callback_handler."""
    from mcp.client.auth import OAuthClientProvider
    from mcp.shared.auth import OAuthClientMetadata

    about = OAuthClientMetadata.model_validate({"redirect_uris": redirects, "client_name": "mcp-hub"})
    memory.provider = OAuthClientProvider(url, about, memory, **handlers)
    return memory.provider


def _plain(model: BaseModel) -> Any:
    return model.model_dump(mode="json", exclude_none=True)


def _model(kind: type[M], document: Any) -> M | None:
    try:
        return kind.model_validate(document) if document else None
    except ValueError:
        return None
