"""What a server prints for `--help`: for a first entry, whose author has not listed its flags yet."""

from hub_build.smoke.planning import plan_smoke
from hub_build.smoke.run import Conditions
from hub_build.smoke.workshop import Workshop
from hub_build.upstream.client import run
from hub_launch.catalog import Entry
from hub_launch.guard.sandbox import shut_in
from hub_launch.install import install
from hub_launch.plan import StdioLaunch

# Printing a few lines; a server that does not know the flag ends when it finds its input closed.
HELP_SECONDS = 20
# Kinds whose program is the publisher's own: the others are started by a module of ours.
_OWN_PROGRAM = ("npm", "pypi")


def usage_of(entry: Entry, workshop: Workshop, conditions: Conditions) -> str:
    """The text of `--help`, shut in as the server will be; empty for what is no program.

    Raises HubError as planning and installing do, and if it does not end.
    """
    launch = plan_smoke(entry, workshop).launch
    if not isinstance(launch, StdioLaunch) or launch.kind not in _OWN_PROGRAM:
        return ""
    installed = install(launch, workshop.packages, workshop.context(entry.id))
    shut = shut_in(installed, conditions.tier, workshop.home(entry.id))
    answer = run([*shut.argv, "--help"], cwd=shut.cwd, environment=shut.env, seconds=HELP_SECONDS)
    # Some print it as an error.
    return answer.out if "--" in answer.out else answer.err
