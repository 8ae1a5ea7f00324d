"""Hosts: what C's library takes for an IPv4 address is taken for the same one here."""

import contextlib
import ipaddress
import re
import socket

from tests.fuzz.pieces import pieces, text_of

from hub_launch.addresses import as_ipv4, innermost, is_numeric, is_private_name, is_public, read_address
from hub_launch.run.addresses import Reach, Refused

SEEDS = [
    *(one.encode() for one in "127.0.0.1 0x7f.1 017700000001 2130706433 1.2.3 1.2.3.4.5 ::1 fe80::1%eth0 a.b".split()),
    b"::ffff:10.0.0.1\x00example.org",
    b"64:ff9b::a00:1\x00localhost",
    b"2002:a00:1::\x00example.org",
    b"2001:0:1:2:3:4:5:6\x00::1",
]
MOST = 100
WORDS = ["0x", "::", "ffff", "64:ff9b::", "127", ".internal", "%"]


def check(data: bytes) -> None:
    host, configured = map(text_of, pieces(data, 2))
    as_c_reads_it(host)
    is_private_name(host)
    address = read_address(host)
    if address:
        inside = innermost(address)
        assert innermost(inside) == inside
        # Nobody's own network is public, however its address is written.
        assert not (is_public(address) and (inside.is_private or inside.is_loopback or inside.is_link_local))
    for own in (False, True):
        with contextlib.suppress(Refused):
            Reach(configured, own).check_host(host)
        with contextlib.suppress(Refused):
            Reach(configured, own).check(configured, host)
            assert address is not None


def as_c_reads_it(host: str) -> None:
    """inet_aton() also takes what stands behind a space; such a host is refused long before."""
    if not host.isascii() or re.search(r"[\s\0]", host):
        return
    try:
        known = ipaddress.IPv4Address(socket.inet_aton(host.removesuffix(".")))
    except OSError:
        return
    assert is_numeric(host)
    assert as_ipv4(host) == known
