"""Who may talk to the hub, and how that is said: the rules; `door` keeps them.

A page in the user's browser can send requests to this machine too. It cannot hide where it comes from (Origin), and it
cannot make the browser name another host than its own (Host), even if its name leads here (DNS rebinding). Whoever
reaches the hub from elsewhere has to prove who they are.
"""

import ipaddress
import re
import ssl
from dataclasses import dataclass, field

from hub_launch.errors import ExitCode, HubError

# Half of what `hub-launch token` makes: nobody tries that many (RFC 6750 leaves it open, OWASP: 64 bits of chance).
MIN_TOKEN_LENGTH = 16
# What may stand behind `Bearer ` in a header (RFC 6750, b64token).
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
# The scheme, the host and maybe the port (RFC 6454).
_ORIGIN = re.compile(r"https?://[^/?#@\s]+", re.IGNORECASE)
_WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 (to tell them, not to listen there)


@dataclass(frozen=True)
class JwtRules:
    """Whose tokens are believed: the claim `iss`, the claim `aud`, and where the issuer's public keys are."""

    issuer: str
    audience: str
    keys: str
    """The https address of a JSON Web Key Set, or a file with one or with a public key (PEM)."""


class IssuerSilent(Exception):
    """The issuer's keys cannot be read, so that nothing can be said about a token."""


@dataclass(frozen=True)
class Access:
    """How the hub may be reached. As it is made without a word, from this machine alone."""

    token: str = field(default="", repr=False)
    """What whoever calls has to know; empty where no such thing is asked."""
    jwt: JwtRules | None = None
    """Whose tokens are believed, beside or in the place of the one above."""
    hosts: frozenset[str] = frozenset()
    """Names for this hub besides those of loopback and the address that was connected to; lower case, no port."""
    origins: frozenset[str] = frozenset()
    """Other sites whose pages may talk to the hub, as `https://name`; lower case."""
    tls: ssl.SSLContext | None = field(default=None, compare=False)
    """Serves https if there is one."""

    @property
    def asks(self) -> bool:
        """Whether whoever calls has to prove who they are."""
        return bool(self.token or self.jwt)

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return "https" if self.tls else "http"


def require_safe(host: str, access: Access) -> None:
    """Raise HubError (exit 2) if others than this machine could reach the hub and would not be asked who they are."""
    if access.asks:
        return
    if not is_loopback(host):
        raise HubError(
            f"--host {host or '(all)'}: others can reach that address, and the hub would not ask who is calling",
            "make a token with `hub-launch token` and give it by --token-file or HUB_TOKEN, or name an issuer with "
            "--jwt-issuer; or use 127.0.0.1",
            ExitCode.USAGE,
        )
    if access.hosts or access.origins:
        raise HubError(
            "--allow-host and --allow-origin let others reach the hub, and it would not ask who is calling",
            "make a token with `hub-launch token` and give it by --token-file or HUB_TOKEN",
            ExitCode.USAGE,
        )


def check_token(token: str, source: str) -> str:
    """The token, without space around it. Raises HubError (exit 2) for one that could be guessed or not be sent.

    source: where it comes from, for the message; the token itself is not repeated.
    """
    token = token.strip()
    if len(token) < MIN_TOKEN_LENGTH:
        problem = f"a token has {MIN_TOKEN_LENGTH} characters at least"
    elif not _TOKEN.fullmatch(token):
        problem = "a token has letters, digits and . _ ~ + / - alone"
    else:
        return token
    raise HubError(f"{source}: {problem}", "`hub-launch token` makes a good one", ExitCode.USAGE)


def check_host(name: str) -> str:
    """A name for `Access.hosts`. Raises HubError (exit 2) for what no Host header could be."""
    bare = without_port(name.strip().lower())
    if not bare or set(bare) & set("/?#@*, \t") or "://" in name:
        raise HubError(f"--allow-host {name}: not the name of a host", "such as hub.example.com", ExitCode.USAGE)
    return bare


def check_origin(origin: str) -> str:
    """One of `Access.origins`. Raises HubError (exit 2) for what no Origin header could be; `*` is none."""
    if not _ORIGIN.fullmatch(origin):
        raise HubError(f"--allow-origin {origin}: not an origin", "such as https://app.example.com", ExitCode.USAGE)
    return origin.lower()


def is_wildcard(host: str) -> bool:
    """Whether listening on `host` means every address of this machine."""
    return host in _WILDCARDS


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, whoever asks."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_own(host: str, access: Access, reached: str) -> bool:
    """Whether a Host header names this hub.

    reached: the address of this machine that the connection came to; a name that somebody made lead here is not it.
    """
    name = without_port(host.lower())
    return is_loopback(name) or name in access.hosts or _same_address(name, reached)


def without_port(host: str) -> str:
    """A host's name or address, without brackets, from `name:port` or `name`."""
    name, colon, port = host.rpartition(":")
    name = name if colon and port.isdigit() else host
    return name[1:-1] if name.startswith("[") and name.endswith("]") else name


def _same_address(one: str, two: str) -> bool:
    try:
        return _address(one) == _address(two)
    except ValueError:
        return False


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text)
    # A socket for both families shows the older one's addresses inside the newer one's.
    return (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
