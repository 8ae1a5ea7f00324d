"""PyPI packages, installed by uv into an environment of their own."""

import importlib.metadata
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from hub_launch.catalog import Package
from hub_launch.catalog.package import EXCLUDE_NEWER
from hub_launch.errors import ExitCode, HubError
from hub_launch.install.installed import Installed
from hub_launch.install.tool import NotInstallable, ToolError, Tools, runtime_folder
from hub_launch.plan import Packaged
from hub_launch.plan.pypi import INSTALL_HINT
from hub_launch.programs import links_of

_BIN = "Scripts" if sys.platform == "win32" else "bin"

# Wheels alone: building a package runs its code unseen and outside of the sandbox.
# Bytecode now: the sandbox lets nothing be written into the environment later, and a start would compile it each time.
_OPTIONS = ("--no-build", "--compile-bytecode")

# What of uvx's arguments means the same here, each with a value.
_PYTHON = ("--python", "-p")

# uv's words when the Python that it took is too old or too new for a package.
_WRONG_PYTHON = re.compile(r"does not satisfy Python(>=?[0-9.]+)")


# uv's words when a package, or one that it depends on, is published as source alone.
_MUST_BE_BUILT = "building from source is disabled"


class MissingPythonError(HubError):
    """The package needs another Python than there is, and uv cannot fetch one: it may be fine elsewhere."""


def pypi_problem(packaged: Packaged) -> str:
    """Why uv cannot install for what uvx is told to do; empty if it can."""
    return "" if _given(packaged.runtime) is not None else f"the arguments of uvx {' '.join(packaged.runtime)}"


def _given(runtime: Sequence[str]) -> dict[str, str] | None:
    """Values of the runner's arguments by flag, or None: most of them mean something to uvx alone."""
    flags = runtime[::2]
    known = len(runtime) % 2 == 0 and all(flag in (*_PYTHON, EXCLUDE_NEWER) for flag in flags)
    return dict(zip(flags, runtime[1::2], strict=True)) if known else None


def install_pypi(packaged: Packaged, folder: Path, tools: Tools) -> Installed:
    """`uv venv`, `uv pip install <name>==<version> --hash=...`; see Installer."""
    package = packaged.package
    if problem := pypi_problem(packaged):
        raise NotInstallable(f"{package.identifier}=={package.version} cannot be installed with {problem}")
    environment = folder / "env"
    given = _given(packaged.runtime) or {}
    chosen = next((given[flag] for flag in _PYTHON if flag in given), "")
    until = given.get(EXCLUDE_NEWER, "")
    _empty(package, folder, chosen, tools)
    try:
        _fill(package, folder, until, tools)
    except ToolError as error:
        wanted = _WRONG_PYTHON.search(error.said)
        if wanted is None or chosen:
            raise
        # As uvx does: another Python, if there is one or the user lets uv fetch it.
        _empty_for(package, folder, wanted[1], tools)
        _fill(package, folder, until, tools)
    python = environment / _BIN / ("python.exe" if sys.platform == "win32" else "python")
    command = python if packaged.program == "python" else environment / _BIN / _program(package, environment)
    return Installed((str(command),), (str(folder), *base_of(environment, python)))


def _empty(package: Package, folder: Path, python: str, tools: Tools) -> None:
    """An environment without packages. python: the one to take, uv's choice when empty."""
    chosen = ["--python", python] if python else []
    uv = tools.find("uv", INSTALL_HINT)
    tools.run(
        [uv, "venv", "--no-project", "--clear", *chosen, "env"], folder, f"{package.identifier}=={package.version}"
    )


def _empty_for(package: Package, folder: Path, python: str, tools: Tools) -> None:
    try:
        _empty(package, folder, python, tools)
    except ToolError as error:
        raise MissingPythonError(
            f"{package.identifier}=={package.version} needs Python {python}, which is not on this machine",
            f"`uv python install '{python}'`, or install it as this system does",
        ) from error


def _fill(package: Package, folder: Path, until: str, tools: Tools) -> None:
    """until: the day after which nothing that was published counts, if not empty."""
    uv = tools.find("uv", INSTALL_HINT)
    what = f"{package.identifier}=={package.version}"
    hashed = f" --hash={package.integrity.replace('-', ':')}" if package.integrity else ""
    (folder / "requirements.txt").write_text(f"{what}{hashed}\n", encoding="utf-8")
    options = [*_OPTIONS, *([EXCLUDE_NEWER, until] if until else [])]
    command = [uv, "pip", "install", *options, "--python", "env", "--requirements", "requirements.txt"]
    try:
        tools.run(command, folder, what)
    except ToolError as error:
        problem = _problem(error.said.lower(), package, what)
        if problem is None:
            raise
        raise problem from error


def _problem(said: str, package: Package, what: str) -> HubError | None:
    if "hash mismatch" in said:
        return HubError(
            f"{what} is not the package that the registry describes: its hash is not {package.integrity}",
            "it may have been tampered with; nothing of it was run",
            ExitCode.REGISTRY,
        )
    if _MUST_BE_BUILT in said:
        return NotInstallable(f"{what} cannot be installed without running code of it: it must be built from source")
    return None


def _program(package: Package, environment: Path) -> str:
    """The program called as the package, as uvx has it; else the only one."""
    names = sorted(_programs(package, environment))
    if package.identifier in names:
        return package.identifier
    if len(names) == 1:
        return names[0]
    has = f"has several, none of that name: {', '.join(names)}" if names else "has none"
    raise HubError(f"{package.identifier}=={package.version} has no program to start: it {has}")


def _programs(package: Package, environment: Path) -> set[str]:
    folders = [
        str(path) for path in (*environment.glob("lib/python*/site-packages"), environment / "Lib/site-packages")
    ]
    # Not `distributions`, which asks whoever a library has put in the place of Python's own finder.
    where = importlib.metadata.DistributionFinder.Context(name=package.identifier, path=folders)
    found = importlib.metadata.MetadataPathFinder.find_distributions(where)
    files = (file for distribution in found for file in distribution.files or ())
    return {file.name.removesuffix(".exe") for file in files if file.parent.name == _BIN}


def base_of(environment: Path, python: Path) -> list[str]:
    """The Python that the environment was made from: as its own file names it, the links to it, and where it really is.

    A virtual environment that was made from another's Python links to that one, which is a link as well.
    """
    home = next(
        (
            line.partition("=")[2].strip()
            for line in (environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
            if line.partition("=")[0].strip() == "home"
        ),
        "",
    )
    named = [runtime_folder(Path(home) / python.name)] if home and (Path(home) / python.name).exists() else []
    return list(dict.fromkeys([*named, *links_of(python), runtime_folder(python)]))
