"""The HTTP client that OAuth is spoken with: what servers name is looked at before anything is sent there."""

import httpcore2
import httpx2

from hub_launch.run.addresses import Reach, Refused, is_this_machine
from hub_launch.run.answer import HTTP_ERRORS, Answer, TooLong
from hub_launch.run.link import Limits

# Metadata, registrations and tokens are a few kilobytes.
MAX_ANSWER_BYTES = 1024 * 1024
# Nobody waits longer for a page that asks who they are.
ANSWER_SECONDS = 30


class _Transport(httpx2.AsyncBaseTransport):
    """Sends httpx2's requests over a pool whose connections are judged, and reads the answers within bounds."""

    def __init__(self, pool: httpcore2.AsyncConnectionPool, url: str, *, own: bool) -> None:
        self._pool = pool
        self._host = httpx2.URL(url).raw_host
        self._reach = Reach(self._host.decode(), own)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx2. Raises httpx2.TransportError, whose text says why."""
        url = request.url
        if url.scheme != "https" and url.raw_host != self._host and not is_this_machine(url.raw_host.decode()):
            raise httpx2.UnsupportedProtocol(f"{url.host} wants secrets without encryption")
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        extensions = {"timeout": httpx2.Timeout(ANSWER_SECONDS).as_dict()}
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"accept-encoding"]
        try:
            self._reach.check_host(url.raw_host.decode())
            body = await request.aread()
            response = await self._pool.handle_async_request(
                httpcore2.Request(request.method, target, headers=headers, content=body, extensions=extensions)
            )
            answer = Answer(response, Limits(message_bytes=MAX_ANSWER_BYTES))
            try:
                content = await answer.read(MAX_ANSWER_BYTES)
            finally:
                await answer.close()
        except TooLong as error:
            raise httpx2.ReadError(f"{url.host} answers more than {MAX_ANSWER_BYTES:,} bytes") from error
        except Refused as error:
            raise httpx2.ConnectError(f"it is not asked: {error}") from error
        except HTTP_ERRORS as error:
            raise httpx2.ConnectError(f"{url.host} cannot be reached: {error}") from error
        # Unpacked already.
        kept = [(name, value) for name, value in response.headers if name.lower() != b"content-encoding"]
        return httpx2.Response(response.status, headers=kept, content=content)

    async def aclose(self) -> None:
        """See httpx2."""
        await self._pool.aclose()


def web_client(pool: httpcore2.AsyncConnectionPool, url: str, *, own: bool) -> httpx2.AsyncClient:
    """A client for requests about signing in to the server at `url`. It closes the pool when it is closed."""
    return httpx2.AsyncClient(transport=_Transport(pool, url, own=own))
