"""What an entry may say to a container engine: the checks allow it, and the planner takes it."""

from collections.abc import Mapping

CONTAINER_FLAGS: Mapping[str, bool] = {
    "--interactive": False,
    "-i": False,
    "--rm": False,
    "--init": False,
    "--read-only": False,
    "--cap-drop": True,
    "--cpus": True,
    "--memory": True,
    "--pids-limit": True,
    "--platform": True,
    "--shm-size": True,
}
"""Flags of `run`, and whether a value follows.

What the launcher sets itself, or sets lower, is taken and has no effect.
"""
