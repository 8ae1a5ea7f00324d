"""Files and folders of the user in a container: those that the user named, under the names they have outside."""

import os
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from hub_launch.errors import ExitCode, HubError

# An image has its own, on which it stands; and among the machine's are the sockets and devices that control it.
SYSTEM = tuple(
    "/bin /boot /dev /etc /lib /lib32 /lib64 /proc /run /sbin /sys /usr /var/lib /var/run "
    "/private/etc /private/var/run /System /Library".split()
)

# Whoever may write to one of these is root on the machine.
SOCKETS = ("docker.sock", "podman.sock", "containerd.sock", "crio.sock")

# The engine reads `--mount` as fields of CSV.
_SEPARATORS = (",", '"', "\n", "\r")


def mounts(server: str, paths: Sequence[str]) -> Iterator[str]:
    """`--mount` options for absolute `paths`. Raises HubError (exit 2) for one that must not or cannot be shared."""
    for path in outermost(paths):
        problem = problem_with(path)
        if problem:
            raise HubError(
                f"{server}: {path} cannot be shared with a container: {problem}",
                "name a folder of your own",
                ExitCode.USAGE,
            )
        yield from ("--mount", f"type=bind,source={path},target={path}")


def problem_with(path: str) -> str:
    """Why `path` must not be seen by a container; empty if it may."""
    if ".." in PurePath(path).parts:
        return "write it without '..'"
    if any(separator in path for separator in _SEPARATORS):
        return "engines cannot take its name"
    if os.path.basename(path) in SOCKETS:  # noqa: PTH119  pure: nothing is looked at
        return "it gives control over all containers"
    if any(PurePath(path).is_relative_to(system) or PurePath(system).is_relative_to(path) for system in SYSTEM):
        return "it has, or is in, a folder of the system"
    return ""


def outermost(paths: Sequence[str]) -> tuple[str, ...]:
    """Each path once, without those that lie below another."""
    unique = sorted({str(PurePath(path)) for path in paths})
    return tuple(path for path in unique if not _below_another(path, unique))


def _below_another(path: str, others: Sequence[str]) -> bool:
    return any(path != other and PurePath(path).is_relative_to(other) for other in others)
