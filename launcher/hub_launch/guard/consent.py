"""Showing what would run, and asking. Nothing starts that was not shown in full and agreed to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub_launch.catalog.entry import Permissions
from hub_launch.catalog.lock import Pin
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.pins import differences, integrity_of, network_of
from hub_launch.plan import HttpLaunch, Launch, StdioLaunch
from hub_launch.text import command_line, printable, redact

Packages = Callable[[Launch], Path | None]
"""Where a launch's package is installed once, and started from, in the place of the runner that is shown; None if that
is not so."""

Words = Callable[[Launch], str]
"""What there is to say of one way to start a server; empty where that is nothing."""

NEXT_LINE = "\n" + " " * 15
"""Between what does not fit into a line of eighty characters, below the first word."""

_INSTALLED = "installed there once and started by its own program"

_FILES = {
    "none": "no files of yours",
    "arguments": "the files and folders that you name",
    "any": "all your files",
}


@dataclass(frozen=True)
class Asked:
    """A server that is to be agreed to."""

    launch: Launch
    publisher: str = ""
    """Its official name and version, and in a line below whether the name was proved to be its publisher's; empty where
    there is no registry to say so."""
    registry: str = ""
    """Which registry says so."""
    packages: Packages = lambda launch: None
    shut: Words = lambda launch: ""
    """How that way is shut in, and what that leaves it."""
    now: Pin | None = None
    """What is agreed to."""
    before: Pin | None = None
    """What was agreed to the last time, if anything was."""
    others: tuple[str, ...] = ()
    """What is another than it was then, of what stands in no pin; safe to print."""


def describe(asked: Asked) -> str:
    """What starting the server does, for a person to judge: nothing shortened, nothing hidden but secret values."""
    launch = asked.launch
    lines = [f"{launch.id}: {printable(launch.title)} ({launch.kind})"]
    said = NEXT_LINE.join(map(printable, asked.publisher.split("\n")))
    lines += [f"  published    {said}"] if said else []
    lines += [f"  registry     {printable(asked.registry)}"] if asked.registry else []
    lines += _doing(launch, asked)
    lines += [f"  instances    {launch.instances}"] if launch.instances > 1 else []
    for other in launch.alternatives:
        lines += [f"  if that fails ({other.kind})", *_doing(other, asked)]
    if asked.before and asked.now:
        lines += [f"  changed      {one}" for one in (*differences(asked.before, asked.now), *asked.others)]
    return "\n".join(lines)


def _doing(launch: Launch, asked: Asked) -> Iterator[str]:
    if isinstance(launch, HttpLaunch):
        yield f"  connects to  {printable(redact(launch.url, launch.secrets))}"
        if launch.headers:
            yield f"  with headers {', '.join(map(printable, launch.headers))}"
    elif launch.inside:
        target = f"{launch.inside.module}:{launch.inside.entrypoint}".rstrip(":")
        yield f"  runs         {printable(target)} inside the hub's own process, with all that the hub may do"
    else:
        yield f"  runs         {command_line(launch.argv, launch.confided if launch.own else launch.secrets)}"
        if launch.own and launch.cwd:
            yield f"  in           {printable(launch.cwd)}"
        if place := _place(launch, asked):
            yield f"  from         {place}"
        if integrity := integrity_of(launch):
            yield f"  integrity    {printable(integrity)}"
        if launch.declared:
            yield f"  with         {', '.join(map(printable, launch.declared))}"
        # What is the user's own asks for nothing: nobody has said what it needs.
        if asked.now and not launch.own:
            yield f"  asks for     {_permissions(launch.permissions)}"
    if shut := asked.shut(launch):
        yield f"  sandbox      {shut}"


def _place(launch: StdioLaunch, asked: Asked) -> str:
    """Where what runs is kept; empty where it is not the launcher who keeps it, or has it kept."""
    if launch.contained:
        return f"the images of {printable(Path(launch.argv[0]).name)}, which fetches it once"
    packages = asked.packages(launch)
    return f"{printable(str(packages))},{NEXT_LINE}{_INSTALLED}" if packages else ""


def _permissions(wanted: Permissions) -> str:
    return f"network: {network_of(wanted)}; files: {_FILES[wanted.filesystem]}"


def is_yes(answer: str) -> bool:
    """Whether an answer agrees; any other, and none, does not."""
    return answer.strip().lower() in ("y", "yes")


def approve(
    asked: Sequence[Asked],
    *,
    approved: bool,
    show: Callable[[str], None],
    ask: Callable[[str], str] | None,
    command: str,
) -> None:
    """Show every server, and return only if the user agrees.

    approved: the user has agreed beforehand (`--yes`); it is shown all the same.
    ask: puts a question and returns the answer; None without a terminal.
    command: what a user would type to approve. Raises HubError (exit 4) on refusal.
    """
    show("\n\n".join(describe(one) for one in asked))
    if approved or not asked:
        return
    if ask is None:
        raise HubError(
            "Nobody is there to approve these commands, so nothing was started",
            f"to approve them: `{command}`",
            ExitCode.CONSENT,
        )
    what = "this server" if len(asked) == 1 else f"these {len(asked)} servers"
    if not is_yes(ask(f"Start {what}? [y/N] ")):
        raise HubError("Nothing was started", code=ExitCode.CONSENT)
