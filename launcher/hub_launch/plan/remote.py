"""Servers that somebody else runs, spoken to over HTTP."""

import re

from hub_launch.catalog import Remote
from hub_launch.catalog.inputs import VARIABLE_PATTERN
from hub_launch.plan.context import Context
from hub_launch.plan.launch import HttpLaunch
from hub_launch.plan.parameters import Values


def plan_remote(server: str, title: str, remote: Remote, values: Values, context: Context) -> HttpLaunch:
    """The remote's URL and headers with the user's values in them."""
    del context  # a remote needs nothing of this machine
    url = values.fill(remote.url, remote.variables, in_url=True)
    headers = values.headers(remote.headers)
    values.check_complete()
    secrets = frozenset(values.secrets)
    return HttpLaunch(server, title, "remote", remote.type, url, headers, secrets, own_network=_names_host(remote))


def _names_host(remote: Remote) -> bool:
    """Whether the host, or a part of it, is a value of the user's."""
    host = re.split(r"[/?#]", remote.url.partition("://")[2], maxsplit=1)[0]
    return any(name in (remote.variables or {}) for name in re.findall(VARIABLE_PATTERN, host))
