"""Addresses that the user typed, asked once and within bounds."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from hub_launch.errors import HubError

CONNECT_SECONDS = 10
# For the whole answer, however slowly it comes.
TOTAL_SECONDS = 60
MAX_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server said. url: after redirects. headers: names in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


def ask(
    url: str, limit: int, *, body: bytes | None = None, headers: Mapping[str, str] | None = None, end: bytes = b""
) -> Answered:
    """GET `url`, or POST `body` to it, and read at most `limit` bytes, or until `end` is in them.

    Raises HubError where nothing answers, or more than that.
    """
    # Here, so that commands that ask nobody need not load an HTTP client.
    import httpx2

    until = time.monotonic() + TOTAL_SECONDS
    try:
        with (
            httpx2.Client(timeout=CONNECT_SECONDS, follow_redirects=True, max_redirects=MAX_REDIRECTS) as client,
            client.stream("GET" if body is None else "POST", url, content=body, headers=headers) as response,
        ):
            data = b""
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > limit:
                    raise HubError(f"{url} answered with more than {limit:,} bytes", "is it the right address?")
                if end and end in data:
                    break
                if time.monotonic() > until:
                    raise HubError(f"{url} did not finish its answer within {TOTAL_SECONDS} s", "try again later")
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answered(response.status_code, str(response.url), found, data)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        told = str(error) or type(error).__name__
        raise HubError(f"{url} cannot be reached: {told}", "check the address, and your network") from None
