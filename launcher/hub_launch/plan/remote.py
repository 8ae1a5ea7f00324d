"""Servers that somebody else runs, spoken to over HTTP."""

from hub_launch.catalog import Remote
from hub_launch.plan.context import Context
from hub_launch.plan.launch import HttpLaunch
from hub_launch.plan.parameters import Values


def plan_remote(server: str, title: str, remote: Remote, values: Values, context: Context) -> HttpLaunch:
    """The remote's URL and headers with the user's values in them."""
    del context  # a remote needs nothing of this machine
    url = values.fill(remote.url, remote.variables, in_url=True)
    headers = values.headers(remote.headers)
    values.check_complete()
    return HttpLaunch(server, title, "remote", remote.type, url, headers, frozenset(values.secrets))
