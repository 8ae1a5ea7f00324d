"""IP addresses in all their spellings, and which of them are the public internet's."""

import ipaddress
import re

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Reserved for private networks, machines and tests (RFC 2606, 6761, 6762, 8375, ICANN's `internal`), and those that
# routers and companies use although nobody reserved them.
PRIVATE_SUFFIXES = frozenset(
    "localhost localdomain local internal intranet private corp home lan arpa test invalid example onion alt".split()
)

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")

# NAT64 translates these to the IPv4 address in their last 32 bits (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_BITS = 0xFFFFFFFF
# Each part of an IPv4 address but the last is a byte; the last takes the bytes that are left.
_IPV4_PARTS = 4


def read_address(text: str) -> IpAddress | None:
    """The address that `text` is, in its usual spelling and without brackets; None for a name."""
    try:
        # A link-local address may carry its interface: fe80::1%eth0.
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def is_private_name(name: str) -> bool:
    """Whether each network reads `name` its own way: a bare one, or one with a suffix that is reserved for that."""
    labels = name.lower().removesuffix(".").split(".")
    return len(labels) == 1 or labels[-1] in PRIVATE_SUFFIXES


def is_numeric(host: str) -> bool:
    """Whether `host` would be read as an IPv4 address, in whatever spelling: its last part is a number."""
    return bool(_NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]))


def as_ipv4(host: str) -> ipaddress.IPv4Address | None:
    """The address that `host` means to a C library and a browser: parts in decimal, octal or hexadecimal."""
    numbers = [_integer(label) for label in host.removesuffix(".").split(".")]
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


def innermost(address: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv6 address leads to, by one of the ways to write it in one; else the address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64 or (int(address) <= _IPV4_BITS and not (address.is_loopback or address.is_unspecified)):
        return ipaddress.IPv4Address(int(address) & _IPV4_BITS)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address


def is_public(address: IpAddress) -> bool:
    """Whether everybody reaches the same machine there: not the user's own, nor one on their network."""
    inside = innermost(address)
    return inside.is_global and not (inside.is_multicast or inside.is_reserved)
