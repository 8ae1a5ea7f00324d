"""npm packages, installed by npm."""

import json
import sys
from pathlib import Path
from typing import Any

from hub_launch.catalog import Package
from hub_launch.errors import ExitCode, HubError
from hub_launch.install.installed import Installed
from hub_launch.install.tool import NotInstallable, Tools, runtime_folder
from hub_launch.plan import Packaged
from hub_launch.plan.npm import INSTALL_HINT

# Scripts of a package, or of any it depends on, would run unseen and outside of the sandbox.
# The lock file has the hash of everything that was fetched, as npm has checked it.
_OPTIONS = ("--ignore-scripts", "--package-lock", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error")
# npm waits 10 s and then 60 s before it asks a registry again that did not answer; whoever is offline would hear of it
# after more than a minute. A few seconds outlast what passes by itself, and the whole is tried again later.
_WAITS = ("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000")

# Says only what npx says anyway.
_HARMLESS = frozenset(["--yes", "-y", "--quiet", "-q"])


def npm_problem(packaged: Packaged) -> str:
    """Why npm cannot do what npx is told to; empty if it can."""
    strange = [word for word in packaged.runtime if word not in _HARMLESS]
    return f"the arguments of npx {' '.join(strange)}" if strange else ""


def install_npm(packaged: Packaged, folder: Path, tools: Tools) -> Installed:
    """`npm install --ignore-scripts <name>@<version>`; see Installer."""
    package = packaged.package
    what = f"{package.identifier}@{package.version}"
    if problem := npm_problem(packaged):
        raise NotInstallable(f"{what} cannot be installed with {problem}")
    # npm installs into the nearest folder with a package.json.
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    tools.run([tools.find("npm", INSTALL_HINT), "install", *_OPTIONS, *_WAITS, what], folder, what)
    _check_integrity(package, folder)
    node = Path(tools.run([tools.find("node", INSTALL_HINT), "-p", "process.execPath"], folder, what).strip())
    return Installed(_command(package, folder, node), (str(folder), runtime_folder(node)))


def _check_integrity(package: Package, folder: Path) -> None:
    """npm compares what it fetches with the hash that its registry states; here that is compared with the entry's."""
    if package.integrity is None:
        return
    lock = _json(folder / "package-lock.json")
    found = lock.get("packages", {}).get(f"node_modules/{package.identifier}", {}).get("integrity", "")
    if package.integrity not in str(found).split():
        raise HubError(
            f"{package.identifier}@{package.version} is not the package that the registry describes: "
            f"its hash is {found or 'not known'}, not {package.integrity}",
            "it may have been tampered with; nothing of it was run",
            ExitCode.REGISTRY,
        )


def _command(package: Package, folder: Path, node: Path) -> tuple[str, ...]:
    modules = folder / "node_modules"
    programs = _json(modules / package.identifier / "package.json").get("bin")
    name = _program(package, programs)
    if sys.platform == "win32":
        # Not the `.cmd` that npm makes: cmd.exe would take arguments for commands of its own.
        return (str(node), str(modules / package.identifier / _script(programs, name)))
    program = modules / ".bin" / name
    # By the Node that was found now: the first line of the program looks for another each time.
    try:
        with program.open("rb") as file:
            first = file.readline(256).split()
    except OSError as error:
        what = f"{package.identifier}@{package.version}"
        raise HubError(f"{what} has no program to start: {name}: {error.strerror}") from error
    by_node = first[:1] == [b"#!/usr/bin/env"] and first[1:] == [b"node"]
    return (str(node), str(program)) if by_node else (str(program),)


def _program(package: Package, programs: Any) -> str:
    """The program that npx would run: the only one, or the one called as the package."""
    own = package.identifier.rpartition("/")[2]
    if isinstance(programs, str):
        return own
    # npm links a program under the last part of its name, since some are called `@scope/name`.
    names = sorted({name.rpartition("/")[2] for name in programs}) if isinstance(programs, dict) else []
    if len(names) == 1 or own in names:
        return own if own in names else str(names[0])
    has = f"has several, none of that name: {', '.join(names)}" if names else "has none"
    raise HubError(f"{package.identifier}@{package.version} has no program to start: it {has}")


def _script(programs: Any, name: str) -> str:
    """The file of the program called `name`, which there is."""
    if isinstance(programs, str):
        return programs
    return next(str(file) for key, file in programs.items() if key.rpartition("/")[2] == name)


def _json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise HubError(f"npm left no readable {path.name}: {error}") from error
    return document if isinstance(document, dict) else {}
