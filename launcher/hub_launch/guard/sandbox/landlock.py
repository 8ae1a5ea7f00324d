"""Tier landlock: the Linux kernel's own, where bubblewrap is missing or forbidden. Weaker: see `wrap`."""

import functools
import json
import sys
from dataclasses import replace

from hub_launch.children import landlock
from hub_launch.guard.sandbox.grants import Grants
from hub_launch.guard.sandbox.system import ETC, FOLDERS, OTHERS_TEMPORARY
from hub_launch.plan import StdioLaunch

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/shm")  # noqa: S108


@functools.cache
def missing() -> str:
    """Why this tier is not to be had here, or empty."""
    if not sys.platform.startswith("linux"):
        return "Landlock is Linux's"
    return "" if landlock.version() else "this kernel has no Landlock"


def wrap(launch: StdioLaunch, grants: Grants) -> StdioLaunch:
    """`python landlock.py <grants> -- <command>`. Pure.

    It opens no file and no TCP connection that is not granted. It sees which processes there are, and UDP gets through.
    """
    rules = {
        "read": [*FOLDERS, *ETC, "/proc", *grants.reads],
        "write": [*_DEVICES, *grants.writes],
        "network": grants.network,
        "files": not grants.everything,
    }
    env = dict(launch.env)
    if not grants.everything:
        env = {name: value for name, value in env.items() if name not in OTHERS_TEMPORARY}
        env |= {"HOME": grants.home, "TMPDIR": grants.home}
    # The interpreter by itself, without anything that a server could have put into its folders.
    python = (sys.executable, "-I", "-S", landlock.__file__)
    return replace(launch, argv=(*python, json.dumps(rules), "--", *launch.argv), env=env)
