"""What an entry says it talks to includes what it is certain to talk to.

The sandbox grants what `permissions` says: a host that is missing there is a server that does not work.
"""

from collections.abc import Iterator, Mapping, Sequence

from hub_launch.catalog import Entry, Input
from hub_launch.catalog.apiauth import OAuth2Auth
from hub_launch.judge.checks import web
from hub_launch.judge.checks.parts import label, remotes_of
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.registry import Source

# A host for each choice of each variable: more are not looked at.
MAX_HOSTS = 50


def check(source: Source) -> Iterator[Finding]:
    """`permissions.network` has the host of every remote, API and description of an API."""
    entry = source.entry
    if entry is None or entry.permissions is None or entry.permissions.network == "any":
        return
    given = entry.permissions.network
    allowed = () if isinstance(given, str) else given
    for place, template, variables in _addresses(entry):
        missing = dict.fromkeys(host for host in _hosts(template, variables) if not _is_allowed(host, allowed))
        for host in missing:
            message = f"`permissions.network` lacks {quoted(host)}, the host of {label(place)}"
            hint = f"write network: [{', '.join([*allowed, _as_permission(host)])}]"
            yield source.loaded.finding(("permissions", "network"), "network", message, hint)


def _addresses(entry: Entry) -> Iterator[tuple[Pointer, str, Mapping[str, Input]]]:
    for at, remote in remotes_of(entry):
        yield (*at, "url"), remote.url, remote.variables or {}
    if entry.openapi:
        yield ("openapi", "baseUrl"), entry.openapi.base_url, entry.openapi.variables or {}
        if entry.openapi.url:
            yield ("openapi", "url"), entry.openapi.url, {}
        if isinstance(entry.openapi.auth, OAuth2Auth):
            yield ("openapi", "auth", "tokenUrl"), entry.openapi.auth.token_url, {}


def _hosts(template: str, variables: Mapping[str, Input]) -> Iterator[str]:
    """The hosts that `template` leads to, one for each choice; none where the user alone knows."""
    for url in web.filled(template, {name: _values(one) for name, one in variables.items()}, MAX_HOSTS):
        parts = web.split(url)
        if isinstance(parts, web.Url):
            yield f"{parts.host}:{parts.port}" if parts.port else parts.host


def _values(declared: Input) -> Sequence[str]:
    values = declared.choices or [declared.value or declared.default]
    return [value for value in values if value is not None]


def _is_allowed(host: str, allowed: Sequence[str]) -> bool:
    name = host.partition(":")[0]
    return any(host == one or name == one or (one[:2] == "*." and name.endswith(one[1:])) for one in allowed)


def _as_permission(host: str) -> str:
    """`host` as permissions write it: a variable stands for any host below the rest."""
    return f'"*.{host.rpartition("}.")[2]}"' if "{" in host else host
