"""Getting a description from its public address."""

import asyncio

import httpx2

from hub_launch.children.openapi.addresses import PublicOnly, by_proxy
from hub_launch.children.openapi.client import read_body

FETCH_SECONDS = 30
# A page that moved, maybe twice, and the store behind it.
MAX_REDIRECTS = 5


async def fetch(url: str, most: int) -> bytes:
    """The body at the https address `url`; of a longer one, `most` bytes and one.

    Redirects are followed to https addresses; nothing secret is sent. Raises httpx2.HTTPError or ValueError.
    """
    proxied = by_proxy(httpx2.URL(url))
    async with (
        asyncio.timeout(FETCH_SECONDS),
        httpx2.AsyncClient(transport=None if proxied else PublicOnly(), timeout=FETCH_SECONDS) as client,
    ):
        request = client.build_request("GET", url)
        for _ in range(MAX_REDIRECTS + 1):
            response = await client.send(request, stream=True)
            following = response.next_request
            if following is None:
                body = await read_body(response, most + 1)
                response.raise_for_status()
                return body
            await response.aclose()
            if following.url.scheme != "https":
                raise ValueError(f"it redirects to {str(following.url)!r}, which is not https")
            request = following
    raise ValueError(f"it redirects more than {MAX_REDIRECTS} times")
