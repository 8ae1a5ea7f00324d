"""MCP bundles, unpacked into the cache: fetched once, checked against the entry's hash, started as they say."""

import sys
import tempfile
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hub_launch.catalog import Package
from hub_launch.errors import HubError
from hub_launch.install.bundle_command import Command, Place, command_of
from hub_launch.install.manifest import Manifest, read_manifest
from hub_launch.install.pypi import base_of
from hub_launch.install.tool import Tools, runtime_folder
from hub_launch.install.unpack import unpack
from hub_launch.plan import Context, StdioLaunch
from hub_launch.plan.mcpb import VALUES_VARIABLE
from hub_launch.plan.npm import INSTALL_HINT as NODE_HINT
from hub_launch.plan.pypi import INSTALL_HINT as UV_HINT

# As `uv sync` makes it. Wheels alone and not the bundle itself: building runs code unseen and outside of the sandbox.
_ENVIRONMENT = ".venv"
_SYNC = ("sync", "--no-dev", "--no-install-project", "--no-build", "--compile-bytecode")

# Prints the Python that an environment, whose packages are none of a bundle's business, was made from.
_WHICH_PYTHON = "import sys; print(getattr(sys, '_base_executable', sys.executable))"


def prepare_mcpb(launch: StdioLaunch, root: Path, context: Context) -> StdioLaunch:
    """The same server, started as its bundle says; see Preparer. Blocks for as long as fetching takes."""
    packaged = launch.packaged
    if packaged is None:
        return launch
    folder = unpacked(launch.id, packaged.package, root, context)
    command = bundle_command(launch.id, folder, packaged.values, packaged.arguments, context, launch.declared)
    declared = {name: launch.env[name] for name in launch.declared}
    usual = {name: value for name, value in launch.env.items() if name != VALUES_VARIABLE}
    return replace(
        launch,
        argv=command.argv,
        # What the entry declares is the user's word, and the last.
        env={**usual, **command.env, **declared},
        secrets=launch.secrets | command.secrets,
        programs=_programs(folder, command),
        packaged=None,
    )


def unpacked(server: str, package: Package, root: Path, context: Context) -> Path:
    """The folder with the bundle's files, made if it is not there. Raises HubError, and then leaves nothing."""
    folder = root / str(package.file_sha256)
    if not folder.is_dir():
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=root, ignore_cleanup_errors=True) as name:
            fresh = Path(name) / "bundle"
            fresh.mkdir()
            archive = Path(name) / "archive"
            what = f"{server}: {package.identifier}"
            # Here, since most starts fetch no bundle, and are sooner without an HTTP client.
            from hub_launch.install.download import download

            download(package.identifier, str(package.file_sha256), archive)
            unpack(archive, fresh, what)
            _complete(server, read_manifest(fresh, what), fresh, context)
            _move(fresh, folder)
    return folder


def _move(fresh: Path, folder: Path) -> None:
    """All of it at once, so that who looks sees the whole or nothing; who comes second has what the first made."""
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _complete(server: str, manifest: Manifest, folder: Path, context: Context) -> None:
    """What the bundle needs besides its files, once."""
    if manifest.server.type == "uv":
        if (folder / _ENVIRONMENT).exists() or not (folder / "pyproject.toml").is_file():
            raise HubError(f"{server}: the bundle must have a pyproject.toml, and no {_ENVIRONMENT} of its own")
        locked = ["--locked"] if (folder / "uv.lock").is_file() else []
        Tools(context).run([context.runner("uv", UV_HINT), *_SYNC, *locked], folder, server)
    config = manifest.server.mcp_config
    if manifest.server.type == "binary" and config:
        # Archives made on Windows do not say what can be run.
        for command in (config.on(sys.platform).command, manifest.server.entry_point):
            path = (folder / command.replace("${__dirname}", ".")).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                path.chmod(0o755)


def bundle_command(
    server: str,
    folder: Path,
    given: Mapping[str, Sequence[str]],
    fixed: Sequence[str],
    context: Context,
    variables: Container[str],
) -> Command:
    """How the bundle in `folder` is started here. Raises HubError as command_of does."""

    def runtime(kind: str) -> str:
        if kind == "uv":
            return str(folder / _ENVIRONMENT / "bin/python")
        if kind == "node":
            asked = [context.runner("node", NODE_HINT), "-p", "process.execPath"]
        else:
            name = "python3" if context.which("python3") else "python"
            asked = [context.runner(name, "install Python"), "-I", "-c", _WHICH_PYTHON]
        # Not in the bundle: what manages versions of runtimes would obey files in it.
        return Tools(context).run(asked, folder.parent, server).strip()

    place = Place(folder, sys.platform, context.environ.get("HOME", ""), runtime)
    return command_of(server, read_manifest(folder, server), given, fixed, place, variables)


def _programs(folder: Path, command: Command) -> tuple[str, ...]:
    """The files and folders that the command is made of; see StdioLaunch.programs."""
    program = Path(command.argv[0])
    environment = folder / _ENVIRONMENT
    if environment.is_dir() and program.is_relative_to(environment):
        return (str(folder), *base_of(environment, program))
    return (str(folder),) if program.is_relative_to(folder) else (str(folder), runtime_folder(program))
