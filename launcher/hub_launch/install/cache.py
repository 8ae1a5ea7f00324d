"""Which installer a package has, and where what it installed lies.

To add a kind of package: write its installer in a file of its own, and add a line to INSTALLERS; or to PREPARERS, for
a kind whose command is not the same for all who installed it.
"""

import contextlib
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import filelock

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.errors import PassingError
from hub_launch.install.installed import Installed, read_installed, write_installed
from hub_launch.install.mcpb import prepare_mcpb
from hub_launch.install.npm import install_npm, npm_problem
from hub_launch.install.oci import prepare_oci
from hub_launch.install.pypi import install_pypi, pypi_problem
from hub_launch.install.tool import INSTALL_SECONDS, ToolError, Tools
from hub_launch.plan import Context, Launch, Packaged, StdioLaunch
from hub_launch.plan.context import RUNNER_PREFIXES


@dataclass(frozen=True, slots=True)
class Installer:
    """How one kind of package is installed.

    problem: why it cannot do what the package's runner is told to, or empty; pure.
    install: into an empty folder. Raises HubError that names the package and says why it cannot be installed.
    """

    problem: Callable[[Packaged], str]
    install: Callable[[Packaged, Path, Tools], Installed]


INSTALLERS: Mapping[str, Installer] = {
    "npm": Installer(npm_problem, install_npm),
    "pypi": Installer(pypi_problem, install_pypi),
}

Preparer = Callable[[StdioLaunch, Path, Context], StdioLaunch]
"""Makes ready what the launch needs, in a folder of its kind's own. Raises HubError as installers do."""

PREPARERS: Mapping[str, Preparer] = {
    "oci": prepare_oci,
    "mcpb": prepare_mcpb,
}

# Part of a hash that tells apart what has the same name and version; a collision would have to be in both too.
_KEY_LENGTH = 16

# How soon whoever waits for another launcher's installation sees that nobody waits for him any more.
_LOCK_SECONDS = 0.5


def is_installable(launch: Launch) -> bool:
    """Whether there is an installer for what `launch` starts, which can do what its runner is told to."""
    packaged = launch.packaged if isinstance(launch, StdioLaunch) else None
    if packaged and packaged.package.registry_type in PREPARERS:
        return True
    installer = INSTALLERS.get(packaged.package.registry_type) if packaged else None
    return packaged is not None and installer is not None and not installer.problem(packaged)


def installed(launch: StdioLaunch, root: Path) -> StdioLaunch | None:
    """`launch` from the cache below `root`, or None if its package is not there. Takes a millisecond."""
    packaged = launch.packaged
    found = read_installed(_record(packaged, root)) if packaged else None
    return _started_by(found, launch) if found else None


def install(launch: StdioLaunch, root: Path, context: Context, stopped: threading.Event | None = None) -> StdioLaunch:
    """The same server, started by its own entry point from the cache below `root`; installed if it is not there.

    Launches without a package, and those of a kind that no installer knows, are returned as they are. Blocks, for
    minutes in the worst case, or until `stopped` is set. Raises HubError: not to be had, not what the entry says,
    without a program to start, or without a place to be; NotInstallable where its runner could start it all the same.
    """
    try:
        return _prepared(launch, root, context, stopped or threading.Event())
    except OSError as error:
        what = launch.packaged.package.identifier if launch.packaged else launch.id
        raise PassingError(
            f"{what} cannot be installed below {root}: {error.strerror or error}",
            "make room there, or have HUB_CACHE_DIR name another folder",
        ) from error


def _prepared(launch: StdioLaunch, root: Path, context: Context, stopped: threading.Event) -> StdioLaunch:
    packaged = launch.packaged
    preparer = PREPARERS.get(packaged.package.registry_type) if packaged else None
    if packaged and preparer:
        return preparer(launch, root.resolve() / packaged.package.registry_type, context)
    installer = INSTALLERS.get(packaged.package.registry_type) if packaged else None
    if packaged is None or installer is None:
        return launch
    record = _record(packaged, root)
    tools = Tools(context, stopped)
    return _started_by(read_installed(record) or _install(installer, packaged, record, tools), launch)


def _started_by(found: Installed, launch: StdioLaunch) -> StdioLaunch:
    return replace(
        launch,
        argv=(*found.command, *(launch.packaged.arguments if launch.packaged else ())),
        # How the user reaches registries, tokens among it, is none of the server's business once it is installed.
        env={
            name: value
            for name, value in launch.env.items()
            if name in launch.declared or not name.startswith(RUNNER_PREFIXES)
        },
        programs=(*launch.programs, *found.programs),
        packaged=None,
    )


def _install(installer: Installer, packaged: Packaged, record: Path, tools: Tools) -> Installed:
    """Install into a folder under a new name, and then say where. Of several launchers one does it."""
    record.parent.mkdir(parents=True, exist_ok=True)
    with _alone(record, packaged, tools):
        if found := read_installed(record):
            return found
        _sweep(record)
        folder = Path(tempfile.mkdtemp(prefix=f"{record.stem}.", dir=record.parent))
        try:
            found = installer.install(packaged, folder, tools)
            write_installed(record, found)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return found


@contextlib.contextmanager
def _alone(record: Path, packaged: Packaged, tools: Tools) -> Iterator[None]:
    """While no other launcher installs this package. The lock of one that was killed is free."""
    lock = filelock.FileLock(record.with_suffix(".lock"))
    deadline = time.monotonic() + INSTALL_SECONDS
    while not lock.is_locked:
        with contextlib.suppress(filelock.Timeout):
            lock.acquire(timeout=_LOCK_SECONDS)
        if not lock.is_locked and (tools.stopped.is_set() or time.monotonic() > deadline):
            what = packaged.package.identifier
            raise ToolError(f"{what}: another launcher has been installing it for {INSTALL_SECONDS} s", "")
    try:
        yield
    finally:
        lock.release()


def _sweep(record: Path) -> None:
    """Remove what launchers left that were killed, and what is not whole any more."""
    for left in record.parent.glob(f"{record.stem}.*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)


def _record(packaged: Packaged, root: Path) -> Path:
    package = packaged.package
    parts = [package.identifier, package.version, package.integrity, packaged.runtime, packaged.program]
    key = sha256_hex(canonical_json(parts))[:_KEY_LENGTH]
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", f"{package.identifier}-{package.version}").strip("-.")
    # A sandbox shows what is really there, and not what a link of the user's leads through.
    return root.resolve() / package.registry_type / f"{readable[:80]}-{key}.json"
