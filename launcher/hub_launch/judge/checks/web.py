"""An address in parts, read as strictly as the strictest reader: what two readers split differently is refused."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from hub_launch.catalog.inputs import VARIABLE_PATTERN
from hub_launch.judge.checks.hosts import HostProblem, problem_with_host
from hub_launch.judge.findings import quoted

VARIABLE = re.compile(VARIABLE_PATTERN)
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#\\]*)(?P<rest>.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(:(?P<port>[^:]*))?")

MAX_PORT = 65535

# Stands for a variable in a host, where one may be.
_ANY_LABEL = "any"

# How many labels at the end say whose a host is: `example.com`, and `example.co.uk` below a country's own sections.
_OWNER_LABELS = 2
_COUNTRY = 2
_SECTIONS = frozenset("ac co com edu gob gov go mil ne net nom or org".split())


@dataclass(frozen=True, slots=True)
class Url:
    """Scheme and host in lower case; host, port and the rest may contain variables."""

    scheme: str
    host: str
    port: str
    rest: str


def split(url: str) -> Url | str:
    """`url` in parts, or why it cannot be split the same way by everybody."""
    match = _URL.fullmatch(url)
    if match is None:
        return "is not an address with a host"
    if "\\" in url:
        return "contains a backslash, which some readers take for a slash"
    if "@" in match["authority"]:
        return "contains a user name or password before the host"
    if "#" in match["rest"]:
        return "contains a fragment (`#`), which is never sent"
    authority = _AUTHORITY.fullmatch(match["authority"])
    if authority is None or not authority["host"]:
        return "has no host"
    return Url(match["scheme"].lower(), authority["host"].lower(), authority["port"] or "", match["rest"])


def problem_with(url: str) -> HostProblem | None:
    """Why `url` is not an https address that everybody reaches at the same place."""
    parts = split(url)
    if isinstance(parts, str):
        return HostProblem(parts)
    if parts.scheme != "https":
        return HostProblem(
            f"is {quoted(parts.scheme)}, which anybody on the way can read and change; only https is safe"
        )
    if "{" in parts.port:
        return HostProblem("has a variable in the port: another server would answer")
    if parts.port and not (parts.port.isascii() and parts.port.isdigit() and 0 < int(parts.port[:6]) <= MAX_PORT):
        return HostProblem(f"has the port {quoted(parts.port)}")
    return _host_problem(parts.host)


def _host_problem(host: str) -> HostProblem | None:
    labels = host.split(".")
    fixed = _owner_labels(labels)
    for number, label in enumerate(labels):
        if "{" not in label:
            continue
        if not VARIABLE.fullmatch(label):
            return HostProblem("has a variable in a part of the host; it must be all between two dots")
        if number >= len(labels) - fixed:
            return HostProblem("lets a variable decide whose host it is")
    plain = ".".join(_ANY_LABEL if "{" in label else label for label in labels)
    problem = problem_with_host(plain)
    return HostProblem(f"has the host {quoted(host)}, which {problem.told}", problem.severity) if problem else None


def _owner_labels(labels: list[str]) -> int:
    below_country = len(labels) > _OWNER_LABELS and len(labels[-1]) == _COUNTRY and labels[-2] in _SECTIONS
    return _OWNER_LABELS + 1 if below_country else _OWNER_LABELS


def normal(url: str) -> str:
    """One spelling for addresses that lead to the same place."""
    parts = split(url)
    if isinstance(parts, str):
        return url
    port = f":{parts.port}" if parts.port not in ("", "443") else ""
    return f"{parts.scheme}://{parts.host.removesuffix('.')}{port}{parts.rest.rstrip('/')}"


def filled(template: str, values: Mapping[str, Sequence[str]], most: int) -> Iterator[str]:
    """`template` with every combination of `values`, `most` at the most; variables without values stay."""
    names = [name for name in dict.fromkeys(VARIABLE.findall(template)) if values.get(name)]
    for chosen in islice(product(*(values[name] for name in names)), most):
        yield put(template, dict(zip(names, chosen, strict=True)))


def put(template: str, values: Mapping[str, str]) -> str:
    """`template` with the `values` of its variables in it; those without one stay."""
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), template)
