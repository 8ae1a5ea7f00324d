"""What starting an entry would do, in the launcher's own words: its planner decides, so that nobody can guess wrong."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import hub_launch.version
from hub_launch.catalog import Entry, Input
from hub_launch.errors import HubError
from hub_launch.plan import Context, HttpLaunch, Parameter, parameters_of, plan
from hub_launch.text import command_line, printable


@dataclass(frozen=True, slots=True)
class Would:
    """One of an entry's alternatives. Text is safe to print, but for argv, url and values, which are as they are.

    does: `runs` or `connects to`. what: the command or the address, `<name>` where a user gives a value; never
    shortened. variables: the environment variables, or headers, that it is given. problem: why it cannot be started.
    kind: npm, pypi, ..., remote. argv, or url and its transport: the same for programs. values: by variable.
    stand_ins: parameters in whose place there is a value that the planner accepts, and not `<name>`; with that value.
    """

    does: str
    what: str
    variables: tuple[str, ...] = ()
    problem: str = ""
    kind: str = ""
    argv: tuple[str, ...] = ()
    url: str = ""
    transport: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)


# The folder in which the package lies.
_OURS = Path(hub_launch.__path__[0]).parent


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value that a user may give, whatever the alternative. Text is the publisher's, as it is.

    name: as in `--set <id>.<name>=`. variable: it is taken from the user's environment too.
    """

    name: str
    description: str
    required: bool
    secret: bool
    format: str
    default: str
    placeholder: str
    choices: tuple[str, ...]
    repeated: bool
    variable: bool


def wanted_by(entry: Entry) -> tuple[Wanted, ...]:
    """What a user may give `entry`, the required ones first."""
    wanted = [_wanted(one) for one in parameters_of(entry)]
    return tuple(sorted(wanted, key=lambda one: not one.required))


def _wanted(parameter: Parameter) -> Wanted:
    given = parameter.input
    return Wanted(
        parameter.name,
        given.description or "",
        given.is_required and given.default is None,
        given.is_secret,
        given.format,
        given.default or "",
        given.placeholder or "",
        given.choices or (),
        parameter.repeated,
        parameter.from_environment,
    )


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
    asked = [one for one in parameters_of(entry) if _asked(one.input)]
    given = {one.name: [_placeholder(one)] for one in asked}
    stand_ins = {name: value for name, (value,) in given.items() if value != f"<{name}>"}
    try:
        launch = plan(entry, given, _ANY_MACHINE)
    except HubError as error:
        return Would("", "", problem=printable(error.message))
    if isinstance(launch, HttpLaunch):
        names = tuple(map(printable, launch.headers))
        kind, url = launch.kind, launch.url
        shown = Would("connects to", printable(url), names, kind=kind, url=url, transport=launch.transport)
        return replace(shown, values=launch.headers, stand_ins=stand_ins)
    argv = tuple(map(_anywhere, launch.argv))
    values = {name: _anywhere(launch.env[name]) for name in launch.declared}
    names = tuple(map(printable, launch.declared))
    return Would("runs", command_line(argv), names, kind=launch.kind, argv=argv, values=values, stand_ins=stand_ins)


def _anywhere(word: str) -> str:
    """A file of the launcher by its place in the package, and one of the user's as it was given: where they are
    differs from machine to machine.
    """
    if word.startswith(f"{_OURS}{os.sep}"):
        return Path(word).relative_to(_OURS).as_posix()
    return _BELOW_HERE.sub(lambda found: "" if found[1] else ".", word)


def _asked(value: Input) -> bool:
    return value.default is None and (value.is_required or value.is_secret)


def _placeholder(parameter: Parameter) -> str:
    """A value that the planner accepts, and that a reader takes for none."""
    if parameter.input.choices:
        return parameter.input.choices[0]
    return {"boolean": "true", "number": "0"}.get(parameter.input.format, f"<{parameter.name}>")


# The user's folder, wherever that is. Absolute, for the planner shares no other path with a container.
_HERE = Path("/the-folder-that-the-user-is-in")
_BELOW_HERE = re.compile(f"{re.escape(str(_HERE))}(/?)")

# Programs by their names, paths as they are given: what is shown is the same wherever it is made.
_ANY_MACHINE = Context(
    environ={},
    cwd=_HERE,
    python="python",
    which=lambda program: program,
    spec_path=lambda sha256: Path("specs", f"{sha256}.json"),
    work_dir=Path("work"),
)
