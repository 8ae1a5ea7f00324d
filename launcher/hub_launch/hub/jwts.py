"""Tokens that somebody else issues: signed statements (JWT, RFC 7519) of who is calling."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt

from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.hub.access import IssuerSilent, JwtRules, is_loopback
from hub_launch.text import printable

_log = logging.getLogger(__name__)

# Signatures that only the issuer can make; one with a shared secret (HS256) or none is not believed (RFC 8725).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# What clocks of two machines may differ by.
LEEWAY_SECONDS = 30
# A token that was good is believed this long without another look, and not beyond its own end.
REMEMBER_SECONDS = 60.0
MAX_REMEMBERED = 10_000
# An issuer that takes a key back wants that to be known within the hour.
KEYS_SECONDS = 3600.0
# A key that is not known may be new; but tokens with invented keys must not become requests to the issuer.
ASK_AGAIN_SECONDS = 30.0
# A key is half a kilobyte, and issuers have a handful.
MAX_KEYS_BYTES = 256 * 1024
_FETCH_SECONDS = 10
# Of a name in a token, enough for a log.
_MAX_SUBJECT = 128

Fetch = Callable[[str], Awaitable[bytes]]


class JwtVerifier:
    """Says who a token is about. Tokens that were good are remembered for a moment."""

    def __init__(
        self, rules: JwtRules, fetch: Fetch | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises HubError (exit 2) for a file of keys that is none."""
        self._rules = rules
        self._fetch = fetch or fetch_keys
        self._clock = clock
        self._remembered: dict[bytes, tuple[float, str]] = {}
        self._keys: Mapping[str, Any] = {}
        self._read_at = self._asked_at = float("-inf")
        self._reading = asyncio.Lock()
        if not is_address(rules.keys):
            self._keys = read_keys(Path(rules.keys))
            self._read_at = float("inf")

    def remembered(self, token: bytes) -> str | None:
        """Who a token is about, if it was looked at just now; at the cost of a look into a table."""
        known = self._remembered.get(hashlib.sha256(token).digest())
        return known[1] if known and self._clock() < known[0] else None

    async def verify(self, token: str) -> str | None:
        """Who the token is about (`sub`), or None if it is not to be believed. Raises IssuerSilent."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            return None
        if header.get("alg") not in ALGORITHMS:
            return None
        key = await self._key(header.get("kid"))
        claims = self._claims(token, key) if key is not None else None
        if claims is None:
            return None
        return self._remember(token, claims)

    def _claims(self, token: str, key: Any) -> Mapping[str, Any] | None:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._rules.issuer,
                audience=self._rules.audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError):
            # A key of another kind than the token says is a TypeError.
            return None
        return claims

    def _remember(self, token: str, claims: Mapping[str, Any]) -> str:
        subject = printable(str(claims.get("sub") or "somebody"))[:_MAX_SUBJECT]
        seconds = min(REMEMBER_SECONDS, float(claims["exp"]) - time.time())
        if seconds > 0:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[hashlib.sha256(token.encode()).digest()] = (self._clock() + seconds, subject)
        return subject

    async def _key(self, name: object) -> Any:
        if self._clock() - self._read_at > KEYS_SECONDS or (_chosen(self._keys, name) is None and self._may_ask()):
            async with self._reading:
                if self._may_ask():
                    await self._ask()
        if not self._keys:
            raise IssuerSilent
        return _chosen(self._keys, name)

    def _may_ask(self) -> bool:
        return is_address(self._rules.keys) and self._clock() - self._asked_at > ASK_AGAIN_SECONDS

    async def _ask(self) -> None:
        self._asked_at = self._clock()
        try:
            self._keys = keys_of(await self._fetch(self._rules.keys))
            self._read_at = self._asked_at
        except Exception as error:
            # Those that were read before are still the issuer's.
            _log.warning("the keys of %s cannot be read: %s", self._rules.issuer, printable(str(error)))


def check_rules(rules: JwtRules) -> None:
    """Raise HubError (exit 2) for rules by which no token could safely be judged."""
    if rules.keys.startswith("http://") and not is_loopback(urlsplit(rules.keys).hostname or ""):
        raise HubError(
            f"--jwt-keys {rules.keys}: whoever is on the way could put other keys in their place",
            "give an https address or a file",
            ExitCode.USAGE,
        )
    if not is_address(rules.keys):
        read_keys(Path(rules.keys))


def is_address(keys: str) -> bool:
    """Whether keys are somewhere else than in a file."""
    return keys.startswith(("https://", "http://"))


def read_keys(path: Path) -> Mapping[str, Any]:
    """The public keys in a file, by their names. Raises HubError (exit 2)."""
    try:
        data = read_bounded(path, MAX_KEYS_BYTES)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise HubError(f"--jwt-keys {path}: {why}", "a file with the issuer's public keys", ExitCode.USAGE) from error
    try:
        return keys_of(data)
    except ValueError as error:
        hint = "a JSON Web Key Set, or a public key that begins with -----BEGIN PUBLIC KEY-----"
        raise HubError(f"--jwt-keys {path}: {error}", hint, ExitCode.USAGE) from error


def keys_of(data: bytes) -> Mapping[str, Any]:
    """The public keys in a key set or a PEM file; the name of one without a name is empty. Raises ValueError."""
    if b"PRIVATE KEY" in data:
        raise ValueError("a private key, which belongs to the issuer alone")
    try:
        if b"-----BEGIN" in data:
            from cryptography.hazmat.primitives.serialization import load_pem_public_key

            return {"": load_pem_public_key(data)}
        return _usable(jwt.PyJWKSet.from_dict(json.loads(data)))
    except (ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise ValueError("no public keys") from error


def _usable(keys: jwt.PyJWKSet) -> Mapping[str, Any]:
    # A secret that is shared has no business in a public set.
    found = {key.key_id or "": key for key in keys.keys if key.key_type != "oct" and key.algorithm_name in ALGORITHMS}
    if not found:
        raise ValueError("no public keys of a known kind")
    return found


def _chosen(keys: Mapping[str, Any], name: object) -> Any:
    """The key of that name; without a name, or in a file with one key, the only one."""
    if "" in keys or (name is None and len(keys) == 1):
        return next(iter(keys.values())) if len(keys) == 1 else keys.get(str(name or ""))
    return keys.get(str(name))


async def fetch_keys(address: str) -> bytes:
    """The document at an issuer's address; bounded, and nowhere else if it redirects. Raises on every trouble."""
    import httpx2

    async with (
        httpx2.AsyncClient(timeout=_FETCH_SECONDS, follow_redirects=False) as http,
        http.stream("GET", address, headers={"accept": "application/json"}) as answer,
    ):
        if answer.status_code != HTTPStatus.OK:
            raise ValueError(f"HTTP {answer.status_code}")
        data = b""
        async for part in answer.aiter_bytes():
            data += part
            if len(data) > MAX_KEYS_BYTES:
                raise ValueError(f"larger than {MAX_KEYS_BYTES:,} bytes")
        return data
