"""The HTTP client of an API: requests stay below its address, answers are bounded, passing failures are repeated."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import unquote

import httpx2

from hub_launch.children.openapi.addresses import PublicOnly, by_proxy
from hub_launch.children.openapi.retry import seconds_to_wait

# An assistant cannot read more. It travels twice in one line, as data and as text, and the hub takes lines of 16 MB.
MAX_RESPONSE_BYTES = 4 * 1024 * 1024
# What an API says about an error is read by an assistant, and goes into one message.
MAX_ERROR_BYTES = 16 * 1024
# An argument is text that an assistant wrote.
MAX_REQUEST_BYTES = 4 * 1024 * 1024
# With or without a slash at the end, in its new place, behind a login that nobody can fill in: more is a loop.
MAX_REDIRECTS = 3

_ERROR = 400
_CONTROL = frozenset(map(chr, (*range(0x20), 0x7F)))


class ApiClient(httpx2.AsyncClient):
    """A client for the one API at `base_url`. FastMCP builds requests with it and has them sent by it.

    timeout: seconds for one request, answer included. retries: how often one is repeated.
    public: the address must be a public one; false where users name an address of their own.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: httpx2.Auth | None = None,
        timeout: float = 30,
        retries: int = 0,
        public: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        guarded = public and not by_proxy(httpx2.URL(base_url))
        super().__init__(
            base_url=base_url,
            auth=auth,
            timeout=timeout,
            transport=PublicOnly() if guarded else None,
            # What an API sets while one client asks must not be sent for another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        self._seconds = timeout
        self._retries = retries
        self._sleep = sleep
        self._jitter = jitter

    async def send(self, request: httpx2.Request, **_: Any) -> httpx2.Response:
        """The whole answer to `request`. Raises httpx2.RequestError, or ValueError for what is not to be sent."""
        self._check(request)
        for attempt in range(self._retries + 1):
            outcome: httpx2.Response | httpx2.TransportError
            try:
                outcome = await self._within_time(request)
            except httpx2.TransportError as error:
                outcome = error
            wait = seconds_to_wait(request.method, outcome, attempt, self._jitter())
            if wait is None or attempt == self._retries:
                break
            await self._sleep(wait)
        if isinstance(outcome, httpx2.TransportError):
            raise outcome
        return outcome

    async def _within_time(self, request: httpx2.Request) -> httpx2.Response:
        try:
            # httpx2's own limit is between two bytes, and an API may send one at a time.
            async with asyncio.timeout(self._seconds):
                return await self._followed(request)
        except TimeoutError as error:
            raise httpx2.ReadTimeout(f"no answer within {self._seconds:g} seconds", request=request) from error

    async def _followed(self, request: httpx2.Request) -> httpx2.Response:
        """The answer behind redirects that stay with the API: credentials go nowhere else."""
        for _ in range(MAX_REDIRECTS + 1):
            response = await super().send(request, stream=True)
            following = response.next_request
            if following is None:
                return await _read(response)
            await response.aclose()
            if _origin(following.url) != _origin(self.base_url):
                raise ValueError(
                    f"the API redirects to {following.url.host!r}, which is not its own address; that is not followed"
                )
            request = following
        raise ValueError(f"the API redirects more than {MAX_REDIRECTS} times")

    def _check(self, request: httpx2.Request) -> None:
        """The last look at a request, whatever it was made of."""
        path, base = request.url.raw_path.partition(b"?")[0].decode(), self.base_url.raw_path.decode().rstrip("/")
        below = path == base or path.startswith(f"{base}/")
        if _origin(request.url) != _origin(self.base_url) or not below or not _is_plain(unquote(path)):
            raise ValueError("the request would leave the address of the API; nothing was sent")
        for name, value in request.headers.items():
            if _CONTROL & set(value):
                raise ValueError(f"the header {name} must not contain control characters; nothing was sent")
        if len(request.content) > MAX_REQUEST_BYTES:
            raise ValueError(f"the request is larger than {MAX_REQUEST_BYTES:,} bytes; nothing was sent")


async def read_body(response: httpx2.Response, most: int) -> bytes:
    """The body of a response that is being read, or its first `most` bytes. Closes the response."""
    body = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) >= most:
                break
    finally:
        await response.aclose()
    return bytes(body[:most])


async def _read(response: httpx2.Response) -> httpx2.Response:
    failed = response.status_code >= _ERROR
    body = await read_body(response, MAX_ERROR_BYTES if failed else MAX_RESPONSE_BYTES + 1)
    if len(body) > MAX_RESPONSE_BYTES:
        raise ValueError(f"the API's answer is larger than {MAX_RESPONSE_BYTES:,} bytes; ask for less of it")
    # Of the body as it was on its way.
    headers = [(name, value) for name, value in response.headers.multi_items()
               if name not in ("content-encoding", "content-length", "transfer-encoding")]  # fmt: skip
    return httpx2.Response(response.status_code, headers=headers, content=body, request=response.request)


def _origin(url: httpx2.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _is_plain(path: str) -> bool:
    return not _CONTROL & set(path) and not {".", ".."} & set(path.replace("\\", "/").split("/"))
