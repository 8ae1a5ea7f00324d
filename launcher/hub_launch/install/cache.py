"""Which installer a package has, and where what it installed lies.

To add a kind of package: write its installer in a file of its own, and add a line to INSTALLERS; or to PREPARERS, for
a kind whose command is not the same for all who installed it.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.install.installed import Installed, read_installed, write_installed
from hub_launch.install.mcpb import prepare_mcpb
from hub_launch.install.npm import install_npm
from hub_launch.install.oci import prepare_oci
from hub_launch.install.pypi import install_pypi
from hub_launch.plan import Context, Packaged, StdioLaunch
from hub_launch.plan.context import RUNNER_PREFIXES

Installer = Callable[[Packaged, Path, Context], Installed]
"""Installs into an empty folder. Raises HubError that names the package and says why it cannot be installed."""

INSTALLERS: Mapping[str, Installer] = {
    "npm": install_npm,
    "pypi": install_pypi,
}

Preparer = Callable[[StdioLaunch, Path, Context], StdioLaunch]
"""Makes ready what the launch needs, in a folder of its kind's own. Raises HubError as installers do."""

PREPARERS: Mapping[str, Preparer] = {
    "oci": prepare_oci,
    "mcpb": prepare_mcpb,
}

# Part of a hash that tells apart what has the same name and version; a collision would have to be in both too.
_KEY_LENGTH = 16


def install(launch: StdioLaunch, root: Path, context: Context) -> StdioLaunch:
    """The same server, started by its own entry point from the cache below `root`; installed if it is not there.

    Launches without a package, and those of a kind that no installer knows, are returned as they are. Blocks, for
    minutes in the worst case. Raises HubError: not to be had, not what the entry says, or without a program to start.
    """
    packaged = launch.packaged
    preparer = PREPARERS.get(packaged.package.registry_type) if packaged else None
    if packaged and preparer:
        return preparer(launch, root / packaged.package.registry_type, context)
    installer = INSTALLERS.get(packaged.package.registry_type) if packaged else None
    if packaged is None or installer is None:
        return launch
    record = root / packaged.package.registry_type / f"{_name(packaged)}.json"
    found = read_installed(record) or _install(installer, packaged, record, context)
    return replace(
        launch,
        argv=(*found.command, *packaged.arguments),
        # How the user reaches registries, tokens among it, is none of the server's business once it is installed.
        env={
            name: value
            for name, value in launch.env.items()
            if name in launch.declared or not name.startswith(RUNNER_PREFIXES)
        },
        programs=(*launch.programs, *found.programs),
        packaged=None,
    )


def _install(installer: Installer, packaged: Packaged, record: Path, context: Context) -> Installed:
    """Install into a folder under a new name, and then say where: two that do it at once do not meet."""
    record.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{record.stem}.", dir=record.parent))
    try:
        installed = installer(packaged, folder, context)
        first = read_installed(record)
        if first is None:
            write_installed(record, installed)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if first:
        shutil.rmtree(folder, ignore_errors=True)
    return first or installed


def _name(packaged: Packaged) -> str:
    package = packaged.package
    parts = [package.identifier, package.version, package.integrity, packaged.runtime, packaged.program]
    key = sha256_hex(canonical_json(parts))[:_KEY_LENGTH]
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", f"{package.identifier}-{package.version}").strip("-.")
    return f"{readable[:80]}-{key}"
