"""Showing what would run, and asking. Nothing starts that was not shown in full and agreed to."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import HttpLaunch, Launch
from hub_launch.text import command_line, printable, redact

Packages = Callable[[Launch], Path | None]
"""Where a launch's package is installed once, and started from, in the place of the runner that is shown; None if that
is not so."""


def describe(launch: Launch, packages: Packages = lambda launch: None) -> str:
    """What starting `launch` does, for a person to judge: nothing shortened, nothing hidden but secret values."""
    lines = [f"{launch.id}: {printable(launch.title)} ({launch.kind})", *_doing(launch, packages(launch))]
    if launch.instances > 1:
        lines.append(f"  instances    {launch.instances}")
    for other in launch.alternatives:
        lines += [f"  if that fails ({other.kind})", *_doing(other, packages(other))]
    return "\n".join(lines)


def _doing(launch: Launch, packages: Path | None) -> Iterator[str]:
    if isinstance(launch, HttpLaunch):
        yield f"  connects to  {printable(redact(launch.url, launch.secrets))}"
        if launch.headers:
            yield f"  with headers {', '.join(map(printable, launch.headers))}"
    elif launch.inside:
        target = f"{launch.inside.module}:{launch.inside.entrypoint}".rstrip(":")
        yield f"  runs         {printable(target)} inside the hub's own process, with all that the hub may do"
    else:
        yield f"  runs         {command_line(launch.argv, launch.secrets)}"
        if packages:
            yield f"  from         {printable(str(packages))}, installed there once and started by its own program"
        if launch.declared:
            yield f"  with         {', '.join(map(printable, launch.declared))}"


def approve(
    launches: Sequence[Launch],
    *,
    approved: bool,
    show: Callable[[str], None],
    ask: Callable[[str], str] | None,
    command: str,
    packages: Packages = lambda launch: None,
) -> None:
    """Show every launch, and return only if the user agrees.

    approved: the user has agreed beforehand (`--yes`); it is shown all the same.
    ask: puts a question and returns the answer; None without a terminal.
    command: what a user would type to approve. Raises HubError (exit 4) on refusal.
    """
    show("\n".join(describe(launch, packages) for launch in launches))
    if approved or not launches:
        return
    if ask is None:
        raise HubError(
            "Nobody is there to approve these commands, so nothing was started",
            f"to approve them: `{command}`",
            ExitCode.CONSENT,
        )
    what = "this server" if len(launches) == 1 else f"these {len(launches)} servers"
    if ask(f"Start {what}? [y/N] ").strip().lower() not in ("y", "yes"):
        raise HubError("Nothing was started", code=ExitCode.CONSENT)
