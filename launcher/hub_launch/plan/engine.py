"""The container engine of this machine: which one, how the user wants it called, and what it reads."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from hub_launch.errors import ExitCode, HubError
from hub_launch.plan.context import Context

# The one most machines have first. Podman takes the same words wherever this launcher uses them.
ENGINES = ("docker", "podman")

INSTALL_HINT = "install Docker or Podman, or name your engine in HUB_CONTAINER_ENGINE"

# Where the engine and its images are, and who may fetch them: what Docker's contexts and Podman's files look at.
_VARIABLES = frozenset(
    "CONTAINER_CONNECTION CONTAINER_HOST CONTAINER_PASSPHRASE CONTAINER_SSHKEY DBUS_SESSION_BUS_ADDRESS "
    "REGISTRY_AUTH_FILE STORAGE_DRIVER STORAGE_OPTS XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME "
    "XDG_RUNTIME_DIR".split()
)
_PREFIXES = ("DOCKER_", "CONTAINERS_", "PODMAN_")

# A value for the container goes through the engine's own environment, so that no list of processes shows it. These
# would steer the engine itself, which runs outside of every container.
_STEERING = frozenset("PATH HOME SHELL TMPDIR GODEBUG".split()) | _VARIABLES
_STEERING_PREFIXES = (*_PREFIXES, "_CONTAINERS_", "BUILDAH_", "LD_", "DYLD_", "XDG_", "LISTEN_")


@dataclass(frozen=True, slots=True)
class Engine:
    """program: absolute path. options, run_options: see settings.Containers, as words."""

    program: str
    options: tuple[str, ...] = ()
    run_options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return PurePath(self.program).name

    @property
    def is_podman(self) -> bool:
        """Whether users are mapped Podman's way."""
        return self.name.startswith("podman")

    def command(self, *words: str) -> tuple[str, ...]:
        """A call of the engine."""
        return (self.program, *self.options, *words)


def engine_of(context: Context) -> Engine:
    """The engine to use. Raises HubError where there is none, or (exit 2) where the user's settings make no sense."""
    wanted = context.containers.engine
    if "/" in wanted and not PurePath(wanted).is_absolute():
        raise HubError(f"HUB_CONTAINER_ENGINE must be a name or an absolute path, not {wanted!r}", code=ExitCode.USAGE)
    found = (path for name in ([wanted] if wanted else ENGINES) if (path := context.which(name)))
    program = next(found, None)
    if program is None:
        raise HubError(f"{wanted or ' or '.join(ENGINES)} is not installed", INSTALL_HINT)
    return Engine(
        program,
        _words("HUB_CONTAINER_OPTIONS", context.containers.options),
        _words("HUB_CONTAINER_RUN_OPTIONS", context.containers.run_options),
    )


def _words(name: str, text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise HubError(f"{name} cannot be read as words: {error}", code=ExitCode.USAGE) from error


def engine_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """What of the user's environment says how the engine is reached."""
    return {name: value for name, value in environ.items() if name in _VARIABLES or name.startswith(_PREFIXES)}


def steers_engine(variable: str) -> bool:
    """Whether a variable meant for a container would change what the engine itself does."""
    return variable.upper() in _STEERING or variable.upper().startswith(_STEERING_PREFIXES)
