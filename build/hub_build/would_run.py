"""What starting an entry would do, in the launcher's own words: its planner decides, so that nobody can guess wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub_launch.catalog import Entry, Input
from hub_launch.errors import HubError
from hub_launch.plan import Context, HttpLaunch, Parameter, parameters_of, plan
from hub_launch.text import command_line, printable


@dataclass(frozen=True, slots=True)
class Would:
    """One of an entry's alternatives. All text is safe to print.

    does: `runs` or `connects to`. what: the command or the address, `<name>` where a user gives a value; never
    shortened. variables: the environment variables, or headers, that it is given. problem: why it cannot be started.
    """

    does: str
    what: str
    variables: tuple[str, ...] = ()
    problem: str = ""


def would_run(entry: Entry) -> tuple[Would, ...]:
    """Every way in which the launcher may start `entry`, best first."""
    return tuple(_one(alternative) for alternative in _alternatives(entry))


def _alternatives(entry: Entry) -> Iterator[Entry]:
    none = {"packages": None, "remotes": None, "openapi": None, "module": None, "extensions": None}
    parts: list[tuple[str, object]] = [("packages", (package,)) for package in entry.packages or ()]
    parts += [(key, part) for key in ("module", "openapi") if (part := getattr(entry, key))]
    parts += [("extensions", {kind: part}) for kind, part in (entry.extensions or {}).items()]
    parts += [("remotes", (remote,)) for remote in entry.remotes or ()]
    for key, part in parts:
        yield entry.model_copy(update={**none, key: part})


def _one(entry: Entry) -> Would:
    given = {one.name: [_placeholder(one)] for one in parameters_of(entry) if _asked(one.input)}
    try:
        launch = plan(entry, given, _ANY_MACHINE)
    except HubError as error:
        return Would("", "", problem=printable(error.message))
    if isinstance(launch, HttpLaunch):
        return Would("connects to", printable(launch.url), tuple(map(printable, launch.headers)))
    return Would("runs", command_line(launch.argv), tuple(map(printable, launch.declared)))


def _asked(value: Input) -> bool:
    return value.default is None and (value.is_required or value.is_secret)


def _placeholder(parameter: Parameter) -> str:
    """A value that the planner accepts, and that a reader takes for none."""
    if parameter.input.choices:
        return parameter.input.choices[0]
    return {"boolean": "true", "number": "0"}.get(parameter.input.format, f"<{parameter.name}>")


# Programs by their names, paths as they are given: what is shown is the same wherever it is made.
_ANY_MACHINE = Context(
    environ={},
    cwd=Path(),
    python="python",
    which=lambda program: program,
    spec_path=lambda sha256: Path("specs", f"{sha256}.json"),
    work_dir=Path("work"),
)
