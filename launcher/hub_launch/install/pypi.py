"""PyPI packages, installed by uv into an environment of their own."""

import importlib.metadata
import os
import re
from pathlib import Path

from hub_launch.catalog import Package
from hub_launch.errors import ExitCode, HubError
from hub_launch.install.installed import Installed
from hub_launch.install.tool import ToolError, run_tool, runtime_folder
from hub_launch.plan import Context, Packaged
from hub_launch.plan.pypi import INSTALL_HINT

_BIN = "Scripts" if os.name == "nt" else "bin"

# Wheels alone: building a package runs its code unseen and outside of the sandbox.
# Bytecode now: the sandbox lets nothing be written into the environment later, and a start would compile it each time.
_OPTIONS = ("--no-build", "--compile-bytecode")

# uv's words when the Python that it took is too old or too new for a package.
_WRONG_PYTHON = re.compile(r"does not satisfy Python(>=?[0-9.]+)")


def install_pypi(packaged: Packaged, folder: Path, context: Context) -> Installed:
    """`uv venv`, `uv pip install <name>==<version> --hash=...`; see Installer."""
    package = packaged.package
    uv = context.runner("uv", INSTALL_HINT)
    environment = folder / "env"
    try:
        _fill(uv, package, folder, _python(packaged), context)
    except ToolError as error:
        wanted = _WRONG_PYTHON.search(error.said)
        if wanted is None or packaged.runtime:
            raise
        # As uvx does: another Python, if there is one or the user lets uv fetch it.
        _fill(uv, package, folder, ["--python", wanted[1]], context)
    python = environment / _BIN / ("python.exe" if os.name == "nt" else "python")
    command = python if packaged.program == "python" else environment / _BIN / _program(package, environment)
    return Installed((str(command),), (str(folder), *base_of(environment, python)))


def _fill(uv: str, package: Package, folder: Path, python: list[str], context: Context) -> None:
    what = f"{package.identifier}=={package.version}"
    hashed = f" --hash={package.integrity.replace('-', ':')}" if package.integrity else ""
    (folder / "requirements.txt").write_text(f"{what}{hashed}\n", encoding="utf-8")
    run_tool([uv, "venv", "--no-project", "--clear", *python, "env"], folder, context, what)
    try:
        run_tool(
            [uv, "pip", "install", *_OPTIONS, "--python", "env", "--requirements", "requirements.txt"],
            folder,
            context,
            what,
        )
    except ToolError as error:
        if "hash mismatch" in error.said.lower():
            raise HubError(
                f"{what} is not the package that the registry describes: its hash is not {package.integrity}",
                "it may have been tampered with; nothing of it was run",
                ExitCode.REGISTRY,
            ) from error
        raise


def _python(packaged: Packaged) -> list[str]:
    """The runner's arguments, of which only the choice of a Python means something here."""
    runtime = list(packaged.runtime)
    if not runtime or (len(runtime) == 2 and runtime[0] in ("--python", "-p")):
        return runtime
    what = f"{packaged.package.identifier}=={packaged.package.version}"
    raise HubError(f"{what} cannot be installed with the arguments of uvx {' '.join(runtime)}")


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
    found = importlib.metadata.distributions(name=package.identifier, path=folders)
    files = (file for distribution in found for file in distribution.files or ())
    return {file.name.removesuffix(".exe") for file in files if file.parent.name == _BIN}


def base_of(environment: Path, python: Path) -> list[str]:
    """The Python that the environment was made from: as its own file names it, and where that really is."""
    home = next(
        (
            line.partition("=")[2].strip()
            for line in (environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
            if line.partition("=")[0].strip() == "home"
        ),
        "",
    )
    named = [runtime_folder(Path(home) / python.name)] if home and (Path(home) / python.name).exists() else []
    return list(dict.fromkeys([*named, runtime_folder(python)]))
