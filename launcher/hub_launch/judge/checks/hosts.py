"""Hosts that everybody reaches at the same place, as opposed to those on the user's own machine or network."""

import ipaddress
import re
from dataclasses import dataclass

from hub_launch.addresses import PRIVATE_SUFFIXES, IpAddress, as_ipv4, innermost, is_numeric, is_public
from hub_launch.judge.findings import Verdict

# Names below these resolve to whatever address is written into them, or to the user's own machine.
_MIRRORS = tuple(".nip.io .sslip.io .xip.io .localtest.me .lvh.me .vcap.me .lacolhost.com .traefik.me".split())

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_CANONICAL_IPV4 = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")


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
    if is_numeric(host):
        return _ipv4(host)
    return _name(host, labels)


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, in one of the usual spellings."""
    return host in ("localhost", "127.0.0.1", "[::1]")


def _name(host: str, labels: list[str]) -> HostProblem | None:
    if not host.isascii():
        return HostProblem("has letters that look like others: write it in its ASCII form (xn--)")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return HostProblem("is not a host name")
    if labels[-1] in PRIVATE_SUFFIXES:
        return HostProblem("is on the user's own machine or network")
    if len(labels) == 1:
        return HostProblem("is a bare name, which each network reads its own way")
    if ".".join(["", *labels]).endswith(_MIRRORS):
        return HostProblem("is on the user's own machine or network")
    if any(label.startswith("xn--") for label in labels):
        return HostProblem("may look like another when browsers show it", Verdict.REVIEW)
    return None


def _ipv4(host: str) -> HostProblem | None:
    address = as_ipv4(host)
    if address is None:
        return HostProblem("is not an IPv4 address")
    if not _CANONICAL_IPV4.fullmatch(host):
        return HostProblem(f"is another spelling of {address}")
    return _address(address)


def _ipv6(host: str) -> HostProblem | None:
    try:
        address = ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return HostProblem("is not an IPv6 address")
    if address.scope_id:
        return HostProblem("is on the user's own network")
    return _address(innermost(address))


def _address(address: IpAddress) -> HostProblem | None:
    if not is_public(address):
        return HostProblem("is not a public address")
    return HostProblem("is an address without a name: nobody can tell whose it is", Verdict.REVIEW)
