"""Images of the Open Container Initiative, started by Docker or Podman."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub_launch.catalog import Argument, Entry, Package
from hub_launch.catalog.containers import CONTAINER_FLAGS
from hub_launch.catalog.entry import Permissions
from hub_launch.catalog.inputs import NamedArgument
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.engine import Engine, engine_of, engine_variables, steers_engine
from hub_launch.plan.launch import Packaged, StdioLaunch
from hub_launch.plan.limits import MEMORY, lower
from hub_launch.plan.mounts import mounts
from hub_launch.plan.parameters import Values

SERVER_LABEL = "io.github.mcp-hub-launch.server"
"""Its value is the server's id."""

# Threads count too: a browser has a hundred or two, a fork bomb is over in an instant.
PIDS = "512"

# Docker's own gateway gives each server one processor; more than one cannot be asked for everywhere.
CPUS = "1"

# For the engine's SIGTERM when a container is removed by force. The launcher has waited already.
STOP_SECONDS = "1"

# A word or a size, never another flag.
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")

# registry/owner/image:tag@sha256:digest, where the tag says nothing that the digest does not, and Podman wants one.
_REFERENCE = re.compile(
    r"(?P<name>[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*)"
    r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?P<digest>@sha256:[a-f0-9]{64})"
)


@dataclass(frozen=True, slots=True)
class Image:
    """An image of an entry, and what the entry needs of the machine: the command says both."""

    package: Package
    permissions: Permissions


def images_of(entry: Entry) -> Sequence[Image]:
    """The entry's images, best first."""
    permissions = entry.permissions or Permissions()
    return [Image(package, permissions) for package in entry.packages or () if package.registry_type == "oci"]


def plan_oci(server: str, title: str, image: Image, values: Values, context: Context) -> StdioLaunch:
    """`docker run --rm --interactive ... <name>@sha256:<digest> <arguments>`."""
    package, engine = image.package, engine_of(context)
    if package.transport.type != "stdio":
        raise HubError(
            f"{server}: images that open a port of their own ({package.transport.type}) cannot be started yet",
            "use a package of it that speaks stdio, or one of its remotes",
        )
    reference = reference_of(server, package)
    runtime = dict(_runtime(server, package.runtime_arguments or (), values))
    arguments = values.arguments(package.package_arguments)
    declared = values.environment(package.environment_variables)
    values.check_complete()
    _check_variables(server, declared)
    argv = engine.command(
        *("run", "--rm", "--interactive", "--init", "--pull=never"),
        *("--label", f"{SERVER_LABEL}={server}"),
        *_limits(server, runtime),
        *_shut_in(image.permissions, runtime),
        *_given(server, image.permissions, tuple(values.paths), engine, context),
        *(word for name in declared for word in ("--env", name)),
        *engine.run_options,
        *(reference, *arguments),
    )
    return StdioLaunch(
        id=server,
        title=title,
        kind="oci",
        argv=argv,
        env=_environment(context) | declared,
        declared=tuple(declared),
        secrets=frozenset(values.secrets),
        cwd=str(context.work_dir / server),
        packaged=Packaged(package, arguments=tuple(arguments)),
        paths=tuple(values.paths),
        permissions=image.permissions,
        contained=True,
    )


def reference_of(server: str, package: Package) -> str:
    """The image's name with its digest, and nothing that could mean another. Raises HubError for anything else."""
    match = _REFERENCE.fullmatch(package.identifier)
    if match is None or package.registry_base_url is not None:
        raise HubError(f"{server}: {package.identifier} is not an image with its digest (name@sha256:...)")
    return match["name"] + match["digest"]


def _runtime(server: str, arguments: Sequence[Argument], values: Values) -> Iterator[tuple[str, str]]:
    """Flag -> value of what the entry says of `run`. Raises HubError for what no entry may say."""
    for argument in arguments:
        words = values.arguments([argument])
        if words and not _may_say(words, named=isinstance(argument, NamedArgument)):
            shown = " ".join(words)
            raise HubError(f"{server}: an entry may not start a container with {shown!r}", "tell its publisher")
        if words:
            yield words[0], "".join(words[1:])


def _may_say(words: Sequence[str], *, named: bool) -> bool:
    takes_value = CONTAINER_FLAGS.get(words[0])
    if takes_value is None:
        return False
    values = words[1:]
    return (named and len(values) == 1 and bool(_PLAIN_VALUE.fullmatch(values[0]))) if takes_value else not values


def _limits(server: str, runtime: dict[str, str]) -> Iterator[str]:
    memory = lower(server, "--memory", runtime.get("--memory"), MEMORY)
    # As much again would be swapped; the machine would stand still before the container is ended.
    yield from ("--memory", memory, "--memory-swap", memory)
    yield from ("--pids-limit", lower(server, "--pids-limit", runtime.get("--pids-limit"), PIDS))
    yield from ("--cpus", lower(server, "--cpus", runtime.get("--cpus"), CPUS))
    yield from ("--stop-timeout", STOP_SECONDS)


def _shut_in(permissions: Permissions, runtime: dict[str, str]) -> Iterator[str]:
    yield from ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")
    if permissions.network in ("none", "loopback"):
        # A container's loopback is its own, with nobody on it.
        yield from ("--network", "none")
    if "--read-only" in runtime:
        # Only where asked for: widely used images write beside their program. `--rm` removes what they write.
        yield from ("--read-only", "--tmpfs", "/tmp", "--tmpfs", "/run")  # noqa: S108  the container's own
    for flag in ("--platform", "--shm-size"):
        if flag in runtime:
            yield from (flag, runtime[flag])


def _given(
    server: str, permissions: Permissions, paths: Sequence[str], engine: Engine, context: Context
) -> Iterator[str]:
    """The files and folders that the user named, where the entry asks for such, as the user who owns them."""
    shared = list(mounts(server, paths)) if permissions.filesystem != "none" else []
    if not shared:
        return
    yield from shared
    if engine.is_podman and context.user and not context.user.startswith("0:"):
        yield "--userns=keep-id"
    elif context.user:
        yield from ("--user", context.user)
    # Where SELinux labels files, nothing of the user's has a container's label, and none is to be given one.
    yield from ("--security-opt", "label=disable")
    # This user has no home in the image.
    yield from ("--env", "HOME=/tmp")


def _check_variables(server: str, declared: dict[str, str]) -> None:
    for name in declared:
        if steers_engine(name):
            raise HubError(f"{server}: {name} would change what the container engine does", "tell its publisher")


def _environment(context: Context) -> dict[str, str]:
    """What the engine needs; none of it reaches the container. No proxies: Podman would pass them on."""
    usual = ("HOME", "LANG", "LOGNAME", "PATH", "TMPDIR", "USER")
    env = {name: context.environ[name] for name in usual if name in context.environ}
    return env | engine_variables(context.environ)
