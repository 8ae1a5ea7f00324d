"""Hosts that everybody reaches at the same place, as opposed to those on the user's own machine or network."""

import ipaddress
import re
from dataclasses import dataclass

from hub_build.findings import Verdict

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Reserved for private networks, machines and tests (RFC 2606, 6761, 6762, 8375, ICANN's `internal`), and those that
# routers and companies use although nobody reserved them.
_PRIVATE_SUFFIXES = frozenset(
    "localhost localdomain local internal intranet private corp home lan arpa test invalid example onion alt".split()
)

# Names below these resolve to whatever address is written into them, or to the user's own machine.
_MIRRORS = tuple(".nip.io .sslip.io .xip.io .localtest.me .lvh.me .vcap.me .lacolhost.com .traefik.me".split())

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_CANONICAL_IPV4 = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")

# NAT64 translates these to the IPv4 address in their last 32 bits (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_BITS = 0xFFFFFFFF
# Each part of an IPv4 address but the last is a byte; the last takes the bytes that are left.
_IPV4_PARTS = 4


@dataclass(frozen=True, slots=True)
class HostProblem:
    """Why a host is not for a public registry; `told` follows it in a message."""

    told: str
    severity: Verdict = Verdict.FAIL


def problem_with_host(host: str) -> HostProblem | None:
    """Why `host` (in lower case, IPv6 in brackets) is not one that everybody reaches at the same place."""
    if host.startswith("["):
        return _ipv6(host)
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(host, labels)
    return _name(host, labels)


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, in one of the usual spellings."""
    return host in ("localhost", "127.0.0.1", "[::1]")


def _name(host: str, labels: list[str]) -> HostProblem | None:
    if not host.isascii():
        return HostProblem("has letters that look like others: write it in its ASCII form (xn--)")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return HostProblem("is not a host name")
    if labels[-1] in _PRIVATE_SUFFIXES:
        return HostProblem("is on the user's own machine or network")
    if len(labels) == 1:
        return HostProblem("is a bare name, which each network reads its own way")
    if ".".join(["", *labels]).endswith(_MIRRORS):
        return HostProblem("is on the user's own machine or network")
    if any(label.startswith("xn--") for label in labels):
        return HostProblem("may look like another when browsers show it", Verdict.REVIEW)
    return None


def _ipv4(host: str, labels: list[str]) -> HostProblem | None:
    address = _as_ipv4(labels)
    if address is None:
        return HostProblem("is not an IPv4 address")
    if not _CANONICAL_IPV4.fullmatch(host):
        return HostProblem(f"is another spelling of {address}")
    return _address(address)


def _as_ipv4(labels: list[str]) -> ipaddress.IPv4Address | None:
    """The address that `labels` mean to a C library and a browser: parts in decimal, octal or hexadecimal."""
    numbers = [_integer(label) for label in labels]
    *bytes_, last = numbers
    width = 8 * (_IPV4_PARTS + 1 - len(numbers))
    if width <= 0 or not 0 <= last < 1 << width or not all(0 <= one <= 0xFF for one in bytes_):
        return None
    value = last + sum(one << 8 * (3 - place) for place, one in enumerate(bytes_))
    return ipaddress.IPv4Address(value)


def _integer(text: str) -> int:
    """The number `text` as C reads it, -1 if it is none."""
    base = 16 if text[:2].lower() == "0x" else 8 if text[:1] == "0" else 10
    try:
        return int(text, base) if _NUMBER.fullmatch(text) else -1
    except ValueError:
        return 0 if text.lower() == "0x" else -1


def _ipv6(host: str) -> HostProblem | None:
    try:
        address = ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return HostProblem("is not an IPv6 address")
    if address.scope_id:
        return HostProblem("is on the user's own network")
    return _address(_inside(address) or address)


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that `address` leads to by one of the ways to write it in IPv6."""
    if address in _NAT64 or int(address) <= _IPV4_BITS:
        return ipaddress.IPv4Address(int(address) & _IPV4_BITS)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _address(address: IpAddress) -> HostProblem | None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return HostProblem("is not a public address")
    return HostProblem("is an address without a name: nobody can tell whose it is", Verdict.REVIEW)
