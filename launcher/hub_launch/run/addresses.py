"""Which addresses a remote server may be reached at, judged when it is connected to.

A name is looked up by whoever connects, and its answer is judged, so that a name that meant one address when it was
looked at and means another now (DNS rebinding) leads nowhere.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from hub_launch.addresses import IpAddress, innermost, is_numeric, is_private_name, is_public, read_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host's name and a port -> its IP addresses. Raises OSError if it has none."""


class Refused(OSError):
    """An address that must not be reached; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The addresses that requests to one configured address may go to.

    A public name leads to public addresses only: whoever owns it must not send requests, with the user's credentials
    and from the user's machine, to the user's own network. Who configured an address of their own network means it.
    """

    host: str
    """The host that was configured, without brackets."""
    own: bool = False
    """The user named it, and may mean a host of their own network whose name does not show that."""

    def check(self, host: str, address: str) -> None:
        """Raise Refused unless requests to `host`, which may be another one, may go to that IP address."""
        read = read_address(address)
        allowed = read is not None and (self._allows(read) if host == self.host else self._allows_another(read))
        if not allowed:
            raise Refused(f"{host} leads to {address}, {_described(read)}")

    def check_host(self, host: str) -> None:
        """Raise Refused for a host that is an address, and not one to go to, whoever looks names up."""
        if is_numeric(host) and not isinstance(read_address(host), ipaddress.IPv4Address):
            raise Refused(f"{host} is a number, and not an IPv4 address as it is usually written")
        if read_address(host) is not None:
            self.check(host, host)

    def _allows(self, address: IpAddress) -> bool:
        configured = read_address(self.host)
        if configured is not None:
            return innermost(address) == innermost(configured)
        if is_loopback_name(self.host):
            return innermost(address).is_loopback
        own = self.own or is_private_name(self.host)
        return is_public(address) or (own and _is_for_machines(address))

    def _allows_another(self, address: IpAddress) -> bool:
        """Whether a host that an answer named may be at that address: one that says who may sign in, say."""
        configured = read_address(self.host)
        own = not is_public(configured) if configured else self.own or is_private_name(self.host)
        return is_public(address) or (own and _is_for_machines(address))


def _is_for_machines(address: IpAddress) -> bool:
    """Whether a server may be there: link-local is where clouds hand out a machine's credentials."""
    inside = innermost(address)
    return not (inside.is_link_local or inside.is_multicast or inside.is_unspecified)


def is_loopback_name(host: str) -> bool:
    """Whether the name is this machine's for itself (RFC 6761)."""
    return host.lower().removesuffix(".").rpartition(".")[2] == "localhost"


def is_this_machine(host: str) -> bool:
    """Whether the host, a name or an address, is this machine."""
    address = read_address(host)
    return innermost(address).is_loopback if address else is_loopback_name(host)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that this machine knows for a name, best first. Raises OSError."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no name") from error
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def _described(address: IpAddress | None) -> str:
    if address is None:
        return "which is no address"
    inside = innermost(address)
    if inside.is_loopback:
        return "which is this machine"
    if inside.is_link_local:
        return "where clouds keep a machine's credentials"
    return "which is not on the public internet" if not is_public(inside) else "which is another address"
