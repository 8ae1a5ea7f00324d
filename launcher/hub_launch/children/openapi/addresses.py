"""Connections to public addresses alone.

A name of the public internet may lead anywhere, to the metadata service of a cloud machine for one; and what it leads
to may change between looking and connecting. So the address that was looked at is the one that is connected to.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.request import getproxies, proxy_bypass

import httpx2

from hub_launch import addresses
from hub_launch.addresses import read_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> its addresses, the best first."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says. Raises httpx2.ConnectError if it knows no address."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpx2.ConnectError(f"{host} has no address: {error.strerror or error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether that is an address, and one of the public internet, however it is written."""
    read = read_address(address)
    return read is not None and addresses.is_public(read)


def by_proxy(url: httpx2.URL) -> bool:
    """Whether the user's environment sends requests to `url` through a proxy, which then looks up the address."""
    proxies = getproxies()
    return bool(proxies.get(url.scheme) or proxies.get("all")) and not proxy_bypass(url.host)


class PublicOnly(httpx2.AsyncBaseTransport):
    """Sends requests to hosts all of whose addresses are public. Raises ValueError for others."""

    def __init__(self, inner: httpx2.AsyncBaseTransport | None = None, resolve: Resolve = resolve) -> None:
        self._inner = inner or httpx2.AsyncHTTPTransport()
        self._resolve = resolve

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx2.AsyncBaseTransport."""
        url = request.url
        found = await self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        for address in found:
            if not is_public(address):
                raise ValueError(f"{url.host} is at {address}, which is no public address; nothing was sent")
        # The certificate must be that of the name all the same; the header `Host` has it already.
        extensions = {**request.extensions, "sni_hostname": url.host}
        for number, address in enumerate(found, 1):
            pinned = httpx2.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions=extensions,
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                # Nothing was sent yet: the next address may do, as with machines that have no IPv6.
                if number == len(found):
                    raise
        raise httpx2.ConnectError(f"{url.host} has no address")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()
