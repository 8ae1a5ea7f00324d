"""Images, fetched by the container engine; and the containers of launchers that are gone, removed.

Images are the engine's to keep: people prune them, so that each start asks whether they are still there.
"""

import functools
import re
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hub_launch.errors import ExitCode, HubError
from hub_launch.install.owners import Owner
from hub_launch.plan import Context, StdioLaunch
from hub_launch.plan.engine import Engine, engine_of
from hub_launch.plan.mounts import problem_with
from hub_launch.plan.oci import SERVER_LABEL, reference_of
from hub_launch.text import telling_line

# Images of a gigabyte, with a browser in them, on a slow line.
PULL_SECONDS = 900
# For what asks the engine something; one that hangs must not hold up a start for ever.
ASK_SECONDS = 30

# How the engines say that nobody is there to ask.
_DOWN = re.compile(
    r"cannot connect to|is the docker daemon running|error during connect|connection refused|"
    r"permission denied while trying to connect|unable to connect to podman",
    re.IGNORECASE,
)

# Limits that need a part of the kernel which rootless Podman may not have been given; it refuses to start then.
_CONTROLLED = {"cpu": ("--cpus",), "memory": ("--memory", "--memory-swap"), "pids": ("--pids-limit",)}

# Behind the server's id in a container's name.
_NAME = re.compile(r"mcp-hub-launch-[a-z0-9-]+?-(?P<token>[0-9]+-[0-9a-f]{8})")


_one_at_a_time = threading.Lock()


class EngineDownError(HubError):
    """The container engine is installed and does not answer."""


def prepare_oci(launch: StdioLaunch, folder: Path, context: Context) -> StdioLaunch:
    """The same with its image on this machine, and a name by which its container is ended.

    folder: for the locks of launchers. Raises HubError: EngineDownError, or an image that is not to be had.
    """
    if launch.packaged is None:
        return launch
    engine = engine_of(context)
    reference = reference_of(launch.id, launch.packaged.package)
    _check_shared(launch)
    _have(engine, reference, launch, context)
    owner = _owner(folder)
    _sweep(engine, owner, launch)
    name = f"mcp-hub-launch-{launch.id}-{owner.token}"
    start, at = len(engine.command("run")), launch.argv.index(reference)
    options = _possible(launch.argv[start:at], _missing(engine, tuple(sorted(_engines(launch).items()))))
    return replace(
        launch,
        argv=(*launch.argv[:start], "--name", name, *options, *launch.argv[at:]),
        after=(engine.command("rm", "--force", name),),
        packaged=None,
    )


def _check_shared(launch: StdioLaunch) -> None:
    """That what would be mounted is there, and is where its name says: planning looks at names alone."""
    for path in launch.paths if launch.permissions.filesystem != "none" else ():
        real = Path(path).resolve()
        problem = "it is a socket" if real.is_socket() else problem_with(str(real))
        if not real.exists():
            problem = "it does not exist"
        if problem:
            leads = f", which is {real}," if str(real) != path else ""
            raise HubError(
                f"{launch.id}: {path}{leads} cannot be shared with a container: {problem}",
                "name a folder of your own",
                ExitCode.USAGE,
            )


def _have(engine: Engine, reference: str, launch: StdioLaunch, context: Context) -> None:
    asked = _ask(engine, ("image", "inspect", "--format", "{{.Id}}", reference), launch)
    if asked.returncode == 0:
        return
    _check_up(engine, asked, context)
    # Through the user's proxy, which no container is told of.
    env = context.environment() | _engines(launch)
    pulled = _run(engine.command("pull", "--quiet", reference), env, PULL_SECONDS, f"{reference} was not fetched")
    if pulled.returncode:
        raise HubError(
            f"{reference} cannot be fetched: {_told(pulled) or 'no reason was given'}",
            f"see what `{engine.name} pull` says when you run it yourself; must you log in?",
        )


def _check_up(engine: Engine, done: "subprocess.CompletedProcess[bytes]", context: Context) -> None:
    if done.returncode and _DOWN.search(done.stderr.decode(errors="replace")):
        others = [name for name in ("docker", "podman") if name != engine.name and context.which(name)]
        other = f", or set HUB_CONTAINER_ENGINE={others[0]}, which is installed too" if others else ""
        raise EngineDownError(f"{engine.name} does not answer: {_told(done)}", f"start {engine.name}{other}")


def _sweep(engine: Engine, owner: Owner, launch: StdioLaunch) -> None:
    """Remove the containers of launchers that are gone, which were killed before they could."""
    gone = set(owner.gone())
    if not gone:
        return
    listed = _ask(engine, ("ps", "--all", "--filter", f"label={SERVER_LABEL}", "--format", "{{.Names}}"), launch)
    for name in listed.stdout.decode(errors="replace").split():
        match = _NAME.fullmatch(name)
        if match and match["token"] in gone:
            _ask(engine, ("rm", "--force", name), launch)


def _owner(folder: Path) -> Owner:
    # Servers are prepared in threads; an owner made twice would be taken for gone when the first is forgotten.
    with _one_at_a_time:
        return _owner_of(folder)


@functools.cache
def _owner_of(folder: Path) -> Owner:
    return Owner(folder)


@functools.cache
def _missing(engine: Engine, env: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Options of `run` that this engine would refuse. Docker leaves out by itself what it cannot do."""
    if not engine.is_podman:
        return ()
    argv = engine.command("info", "--format", "{{range .Host.CgroupControllers}}{{.}} {{end}}")
    done = _run(argv, dict(env), ASK_SECONDS, f"{engine.name} does not answer")
    if done.returncode:
        # An older one, which does not say.
        return ()
    there = done.stdout.decode(errors="replace").split()
    return tuple(option for part, options in _CONTROLLED.items() if part not in there for option in options)


def _possible(options: Sequence[str], missing: Sequence[str]) -> list[str]:
    """`options` without those that are `missing`, and their values."""
    return [
        word
        for number, word in enumerate(options)
        if word not in missing and (number == 0 or options[number - 1] not in missing)
    ]


def _engines(launch: StdioLaunch) -> dict[str, str]:
    """The variables of the engine itself, without those of the container."""
    return {name: value for name, value in launch.env.items() if name not in launch.declared}


def _ask(engine: Engine, words: Sequence[str], launch: StdioLaunch) -> "subprocess.CompletedProcess[bytes]":
    return _run(engine.command(*words), _engines(launch), ASK_SECONDS, f"{engine.name} does not answer")


def _run(argv: Sequence[str], env: dict[str, str], seconds: int, failed: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False, cwd="/"
        )
    except subprocess.TimeoutExpired as error:
        raise EngineDownError(f"{failed} within {seconds} s", "is the engine running?") from error
    except OSError as error:
        raise EngineDownError(f"{argv[0]} cannot be started: {error.strerror}") from error


def _told(done: "subprocess.CompletedProcess[bytes]") -> str:
    return telling_line(done.stderr.decode(errors="replace"))
