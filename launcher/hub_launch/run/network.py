"""Connections to remote servers: only to addresses that may be reached, through the user's proxy, and kept open.

The pool is httpcore2's, which httpx2 itself stands on: what httpx2 adds above it costs as much again for each call,
and nothing of it (cookies, redirects, decoding) is wanted here.
"""

import asyncio
import contextlib
import functools
import os
import socket
import urllib.request
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore2
import httpx2

from hub_launch.run.addresses import Reach, Refused, Resolve, is_this_machine, resolve

# Over the slowest link to the other side of the world; all addresses of a name together.
CONNECT_SECONDS = 10
# uvicorn and Node close a connection after five idle seconds. A call sent at that very moment would be lost, and must
# not be sent twice.
IDLE_SECONDS = 4
# Calls under way to one server, and its streams. Those beyond wait for one to end.
MAX_CONNECTIONS = 100

# What is kept back at most, until there is more to send.
_SEND_BYTES = 64 * 1024

NO_LIMIT: contextlib.AbstractAsyncContextManager[None] = contextlib.nullcontext()


class CheckedNetwork(httpcore2.AsyncNetworkBackend):
    """Looks names up, judges the answers, and connects to what was judged."""

    def __init__(self, reach: Reach, look_up: Resolve = resolve) -> None:
        self._reach = reach
        self._look_up = look_up

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # httpcore2's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """See httpcore2. Raises ConnectError, whose text says why."""
        del local_address, socket_options  # nobody sets them
        try:
            async with asyncio.timeout(timeout or CONNECT_SECONDS):
                self._reach.check_host(host)
                addresses = await self._look_up(host, port)
                for address in addresses:
                    self._reach.check(host, address)
                return await _connect(addresses, port, (timeout or CONNECT_SECONDS) / max(1, len(addresses)))
        except Refused:
            raise
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"no connection within {timeout or CONNECT_SECONDS} s") from error
        except OSError as error:
            raise httpcore2.ConnectError(error.strerror or str(error)) from error


class _Stream(httpcore2.AsyncNetworkStream):
    """One connection. asyncio's own streams: those of anyio, the default, cost a third more for each call."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._unsent = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """See httpcore2."""
        try:
            if self._unsent:
                # A server that does not want to hear the rest may have said why.
                with contextlib.suppress(httpcore2.WriteError):
                    await self._send(timeout)
            async with asyncio.timeout(timeout) if timeout else NO_LIMIT:
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout("no answer") from error
        except OSError as error:
            raise httpcore2.ReadError("the connection broke") from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """See httpcore2. Small writes leave together, with the next read: a request is three, and each costs a call of
        the system, and a packet.
        """
        self._unsent += buffer
        if len(self._unsent) >= _SEND_BYTES:
            await self._send(timeout)

    async def _send(self, timeout: float | None) -> None:
        unsent, self._unsent = self._unsent, b""
        try:
            self._writer.write(unsent)
            async with asyncio.timeout(timeout) if timeout else NO_LIMIT:
                await self._writer.drain()
        except TimeoutError as error:
            raise httpcore2.WriteTimeout("it does not read") from error
        except OSError as error:
            raise httpcore2.WriteError("the connection broke") from error

    async def aclose(self) -> None:
        """See httpcore2. At once: what is unsent then is of no use to anybody."""
        self._writer.transport.abort()
        # The event loop closes the socket in its next round.
        await asyncio.sleep(0)

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """See httpcore2."""
        try:
            async with asyncio.timeout(timeout or CONNECT_SECONDS):
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except TimeoutError as error:
            await self.aclose()
            raise httpcore2.ConnectTimeout("no TLS within the time") from error
        except OSError as error:
            await self.aclose()
            raise httpcore2.ConnectError(str(error)) from error
        return self

    def get_extra_info(self, info: str) -> Any:
        """See httpcore2. `is_readable` of an idle connection means that the server closed it."""
        if info == "is_readable":
            return self._reader.at_eof() or self._writer.is_closing()
        names = {"ssl_object": "ssl_object", "client_addr": "sockname", "server_addr": "peername", "socket": "socket"}
        return self._writer.get_extra_info(names[info]) if info in names else None


async def _connect(addresses: Iterable[str], port: int, seconds: float) -> _Stream:
    failure: OSError | None = None
    for address in addresses:
        try:
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_connection(address, port)
        except OSError as error:
            failure = error
            continue
        raw = writer.get_extra_info("socket")
        # A long request is several writes; without this the second waits for an answer to the first.
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Stream(reader, writer)
    raise failure or OSError("it has no address")


def open_pool(
    url: str, look_up: Resolve = resolve, ssl_context: SSLContext | None = None, *, own: bool = False
) -> httpcore2.AsyncConnectionPool:
    """Connections for requests to the host of `url`, and others that an answer may name: each is judged alike.

    Through a proxy, where the user has one for this address, names are the proxy's business.
    ssl_context: the certificates to believe; those that the user configured when absent. own: see Reach. Raises
    OSError, RuntimeError or ValueError for certificates and proxies that cannot be used.
    """
    parts = httpx2.URL(url)
    host = parts.raw_host.decode()
    proxy = _proxy_for(parts.scheme, host)
    limits: dict[str, Any] = {
        "max_connections": MAX_CONNECTIONS,
        "max_keepalive_connections": MAX_CONNECTIONS,
        "keepalive_expiry": IDLE_SECONDS,
        "ssl_context": ssl_context or _certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")),
    }
    if not proxy:
        return httpcore2.AsyncConnectionPool(network_backend=CheckedNetwork(Reach(host, own), look_up), **limits)
    place = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    auth = (unquote(place.username or ""), unquote(place.password or "")) if place.username else None
    address = f"{place.scheme}://{place.netloc.rpartition('@')[2]}"
    if place.scheme not in ("http", "https", "socks5", "socks5h"):
        raise ValueError(f"a proxy of kind {place.scheme} is not supported")
    if place.scheme.startswith("socks5"):
        return httpcore2.AsyncSOCKSProxy(address, proxy_auth=auth, **limits)
    return httpcore2.AsyncHTTPProxy(address, proxy_auth=auth, **limits)


@functools.lru_cache(maxsize=4)
def _certificates(file: str | None, folder: str | None) -> SSLContext:
    """What the user configured, by what it depends on. Read once: it takes 30 ms, and there may be twenty servers."""
    del file, folder
    return httpx2.create_ssl_context()


def _proxy_for(scheme: str, host: str) -> str:
    """The proxy that the environment, or the system's settings, name for the host; empty for none."""
    if is_this_machine(host) or urllib.request.proxy_bypass(host):
        return ""
    proxies = urllib.request.getproxies()
    return proxies.get(scheme) or proxies.get("all", "")
