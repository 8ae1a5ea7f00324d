"""Credentials in requests. They come from the environment, and are put in last: no argument can replace them."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

import httpx2

# A token that ends while a request is on its way is as good as none.
EARLY_SECONDS = 30
# What RFC 6749 recommends where an answer does not say how long its token is good for: to ask again soon.
USUAL_SECONDS = 300
_UNAUTHORIZED = 401
# An error of an authorization server is a word and a sentence.
_MAX_TOLD = 200


def auth_of(auth: Mapping[str, Any], environ: Mapping[str, str], token_client: "TokenClient") -> httpx2.Auth | None:
    """What the entry's `auth` means; None where the user gave no credentials, which an entry may allow.

    token_client: makes a client for the address of an authorization server. Raises ValueError if only some of the
    variables that belong together are set, or one has a line break in it.
    """
    names = [auth[key] for key in _KEYS.get(str(auth.get("type")), ()) if key in auth]
    given = {name: environ[name].strip() for name in names if environ.get(name, "").strip()}
    if not given:
        return None
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(f"{', '.join(missing)} is not set, and {', '.join(given)} is")
    broken = [name for name, value in given.items() if not value.isprintable()]
    if broken:
        # Said here: where a header is made, the message would have the value in it.
        raise ValueError(f"{', '.join(broken)} has control characters in it")
    match auth["type"]:
        case "bearer":
            return HeaderAuth("Authorization", f"Bearer {given[auth['variable']]}")
        case "basic":
            return HeaderAuth("Authorization", _basic(given[auth["username"]], given[auth["password"]]))
        case "apiKey":
            return _key_auth(auth["in"], auth["name"], given[auth["variable"]])
        case _:
            return OAuth2(auth, given, token_client(auth["tokenUrl"]))


_KEYS = {
    "bearer": ("variable",),
    "apiKey": ("variable",),
    "basic": ("username", "password"),
    "oauth2": ("clientId", "clientSecret", "refreshToken"),
}

TokenClient = Callable[[str], httpx2.AsyncClient]


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _key_auth(place: str, name: str, key: str) -> httpx2.Auth:
    kinds = {"header": HeaderAuth, "query": QueryAuth, "cookie": CookieAuth}
    return kinds[place](name, key)


class _Named(httpx2.Auth):
    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value


class HeaderAuth(_Named):
    """A header with a fixed value."""

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """See httpx2.Auth."""
        request.headers[self._name] = self._value
        yield request


class QueryAuth(_Named):
    """A parameter of the query string."""

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """See httpx2.Auth."""
        request.url = request.url.copy_set_param(self._name, self._value)
        yield request


class CookieAuth(_Named):
    """A cookie beside those that are arguments of the operation."""

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """See httpx2.Auth."""
        others = [pair.strip() for pair in request.headers.get("Cookie", "").split(";")]
        kept = [pair for pair in others if pair and pair.partition("=")[0] != self._name]
        request.headers["Cookie"] = "; ".join([*kept, f"{self._name}={self._value}"])
        yield request


class OAuth2(httpx2.Auth):
    """A token of an authorization server (RFC 6749), kept while it is good, and asked for anew when it is refused."""

    def __init__(
        self,
        auth: Mapping[str, Any],
        given: Mapping[str, str],
        client: httpx2.AsyncClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._auth = auth
        self._client = client
        self._clock = clock
        self._id = given[auth["clientId"]]
        self._secret = given.get(auth.get("clientSecret", ""), "")
        self._refresh = given.get(auth.get("refreshToken", ""), "")
        self._token = ""
        self._good_until = 0.0
        self._asking = asyncio.Lock()

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """See httpx2.Auth. Raises ValueError when no token is given out."""
        token = await self._current(refused="")
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == _UNAUTHORIZED:
            # Taken back before its time; once, for a second new one would be refused for another reason.
            request.headers["Authorization"] = f"Bearer {await self._current(refused=token)}"
            yield request

    async def _current(self, *, refused: str) -> str:
        """A token other than `refused`. Requests that come together ask for one together."""
        async with self._asking:
            if not self._token or self._token == refused or self._clock() >= self._good_until:
                self._keep(await self._ask())
            return self._token

    async def _ask(self) -> dict[str, Any]:
        form = {"grant_type": "refresh_token" if self._refresh else "client_credentials"}
        form |= {"refresh_token": self._refresh} if self._refresh else {}
        form |= {"scope": " ".join(self._auth["scopes"])} if self._auth.get("scopes") else {}
        form |= {"audience": self._auth["audience"]} if self._auth.get("audience") else {}
        headers = {"Accept": "application/json"}
        if self._secret and self._auth.get("clientAuthentication", "basic") == "basic":
            headers["Authorization"] = _basic(quote_plus(self._id), quote_plus(self._secret))
        else:
            form |= {"client_id": self._id} | ({"client_secret": self._secret} if self._secret else {})
        response = await self._client.post(self._auth["tokenUrl"], data=form, headers=headers)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        answer = answer if isinstance(answer, dict) else {}
        if not response.is_success or not isinstance(answer.get("access_token"), str):
            raise ValueError(f"no token was given out: HTTP {response.status_code}{_told(answer)}")
        return answer

    def _keep(self, answer: dict[str, Any]) -> None:
        self._token = answer["access_token"]
        lasts = answer.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, int | float | str) and _is_number(lasts) else USUAL_SECONDS
        self._good_until = self._clock() + max(0.0, seconds - EARLY_SECONDS)
        # Some servers give a new one with each token, and take the old one back.
        self._refresh = str(answer.get("refresh_token") or self._refresh) if self._refresh else ""


def _is_number(value: float | str) -> bool:
    return not isinstance(value, str) or (value.isascii() and value.isdigit())


def _told(answer: Mapping[str, Any]) -> str:
    told = [str(answer[key])[:_MAX_TOLD] for key in ("error", "error_description") if answer.get(key)]
    return f", {json.dumps(': '.join(told))}" if told else ""
