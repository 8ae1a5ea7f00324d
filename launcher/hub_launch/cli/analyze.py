"""`hub-launch analyze`: what an OpenAPI description would become as a server, and what to think about before."""

import argparse
import asyncio
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from hub_launch.catalog import Entry, sha256_hex
from hub_launch.cli.options import add_format
from hub_launch.cli.started import started
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.api import MANY_TOOLS, Analysis, analyze
from hub_launch.plan import Context, plan
from hub_launch.settings import Settings
from hub_launch.text import counted, printable

if TYPE_CHECKING:
    from hub_launch.plan import Launch

# Of the operations behind one remark, as many as one reads.
MAX_NAMED = 5
# What the entry's own names allow.
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}[a-z0-9]")
_NAME = "io.github.example"


@dataclass(frozen=True)
class Spec:
    """A description, and where it is."""

    location: str
    """An https address, or an absolute path."""
    document: Mapping[str, Any]
    sha256: str

    @property
    def is_remote(self) -> bool:
        """Whether it is on the web."""
        return self.location.startswith("https://")


def entry_bytes(location: str, data: bytes, name: str) -> bytes:
    """An entry to begin with, of that id, for the description `data`, which is at an https address."""
    from hub_launch.children.openapi.spec import parse_spec

    spec = Spec(location, parse_spec(data), sha256_hex(data))
    return _yaml(_entry(spec, analyze(spec.document), name, None)).encode()


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("spec", help="an OpenAPI 3 description: a file, or an https address")
    parser.add_argument(
        "--test", action="store_true", help="start a server of it and list its tools; asks the API nothing"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write an entry to begin with")
    parser.add_argument("--id", help="the entry's id (default: from the title)")
    parser.add_argument("--name", help=f"the entry's official name (default: {_NAME}/<id>)")
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print what is found. Exit 2 for what is no description, 1 if `--test` finds that it does not start."""
    spec = _read(arguments.spec)
    analysis = analyze(spec.document)
    entry = _entry(spec, analysis, arguments.id, arguments.name)
    tools = asyncio.run(_tools(_launch(entry, spec, settings), settings)) if arguments.test else None
    if arguments.format == "json":
        terminal.json(_document(analysis, tools))
    else:
        for line in _lines(analysis, tools):
            terminal.print(printable(line))
    if arguments.output:
        _write(arguments.output, entry)
        terminal.note(f"{printable(str(arguments.output))} is an entry to begin with; {_next(spec, entry, arguments)}")
    return ExitCode.OK


def _next(spec: Spec, entry: Mapping[str, Any], arguments: argparse.Namespace) -> str:
    """What to do with the entry: one whose description is a file here is for a registry that has that, too."""
    if spec.is_remote:
        return f"`hub-launch publish {shlex.quote(str(arguments.output))}` judges it"
    return (
        f"a registry wants it in registry/servers/, and the description as registry/openapi/{entry['openapi']['file']}"
    )


def _read(location: str) -> Spec:
    import httpx2
    import yaml

    from hub_launch.children.openapi.spec import load_data, parse_spec

    if location.startswith("http://"):
        raise HubError(
            f"{printable(location)}: only files and https addresses become entries",
            f"`hub-launch discover {shlex.quote(location)}` takes a service of your own network",
            ExitCode.USAGE,
        )
    where = location if location.startswith("https://") else str(Path(location).absolute())
    try:
        data = load_data(where)
        return Spec(where, parse_spec(data), sha256_hex(data))
    except (OSError, httpx2.HTTPError, yaml.YAMLError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        hint = "name an OpenAPI description: a file in JSON or YAML, or its https address"
        raise HubError(f"{printable(location)}: {printable(str(why))}", hint, ExitCode.USAGE) from error


def _entry(spec: Spec, analysis: Analysis, given: str | None, name: str | None) -> dict[str, Any]:
    made = re.sub(r"[^a-z0-9]+", "-", analysis.title.lower()).strip("-")[:40].strip("-")
    id_ = given or (made if _ID.fullmatch(made) else "api")
    if not _ID.fullmatch(id_):
        raise HubError(f"--id {printable(id_)}: lower-case letters, digits and hyphens", code=ExitCode.USAGE)
    base = urljoin(spec.location, analysis.server) if spec.is_remote else analysis.server
    known = base.startswith(("https://", "http://")) and "{" not in base
    # A path would only be good on this machine; a registry ships the file beside the entry.
    source = {"url": spec.location} if spec.is_remote else {"file": f"{id_}{Path(spec.location).suffix.lower()}"}
    api: dict[str, Any] = {**source, "sha256": spec.sha256, "baseUrl": base.rstrip("/") if known else "{url}"}
    if not known:
        api["variables"] = {"url": {"description": "Where the API runs.", "isRequired": True}}
    if analysis.route_maps:
        api["routeMaps"] = [dict(one) for one in analysis.route_maps]
    return {
        "id": id_,
        "name": name or f"{_NAME}/{id_}",
        "title": analysis.title[:100] or id_,
        "description": f"Use {analysis.title or id_} from an assistant."[:100],
        "version": re.sub(r"[^0-9A-Za-z.+-]", "", analysis.version) or "1.0.0",
        "published": date.today().isoformat(),  # noqa: DTZ011 (the user's own day)
        "license": "LicenseRef-unknown",
        "maintainers": ["me"],
        "categories": ["data"],
        "openapi": api,
        "permissions": {"network": "any"},
    }


def _launch(entry: dict[str, Any], spec: Spec, settings: Settings) -> "Launch":
    context = Context.of_this_machine(lambda sha256: Path(spec.location), settings.work_dir)
    given = {"url": ["https://api.example.com"]} if "variables" in entry["openapi"] else {}
    return plan(Entry.model_validate(entry), given, context)


async def _tools(launch: "Launch", settings: Settings) -> list[str]:
    async with started(launch, settings, lambda status: None) as server:
        if not server.serving:
            raise HubError(f"A server of it does not start: {server.status.reason}", server.status.hint)
        return [tool.name for tool in server.offer.tools]


def _document(analysis: Analysis, tools: list[str] | None) -> dict[str, Any]:
    suspicions = [{"why": one.why, "operations": [op.name for op in one.operations]} for one in analysis.suspicions]
    found = {
        "title": analysis.title,
        "version": analysis.version,
        "operations": len(analysis.operations),
        "methods": dict(analysis.methods),
        "tags": dict(analysis.tags),
        "suspicions": suspicions,
        "routeMaps": [dict(one) for one in analysis.route_maps],
    }
    return found if tools is None else {**found, "tools": tools}


def _lines(analysis: Analysis, tools: list[str] | None) -> Iterator[str]:
    number = len(analysis.operations)
    yield f"{analysis.title} {analysis.version}: {counted(number, 'operation')}"
    yield f"  methods  {_counted(analysis.methods)}"
    if analysis.tags:
        yield f"  tags     {_counted(analysis.tags)}"
    if number > MANY_TOOLS:
        yield f"  assistants choose badly among more than {MANY_TOOLS} tools: leave some out by their tags"
    if analysis.suspicions:
        yield "look at those that"
    for one in analysis.suspicions:
        named = ", ".join(operation.name for operation in one.operations[:MAX_NAMED])
        more = f" and {len(one.operations) - MAX_NAMED} more" if len(one.operations) > MAX_NAMED else ""
        yield f"  {one.why}: {named}{more}"
    if analysis.route_maps:
        yield "suggested:"
        yield "  routeMaps:"
        yield from (f"    - {_flow(one)}" for one in analysis.route_maps)
    if tools is not None:
        yield f"a server of it starts and offers {counted(len(tools), 'tool')}:"
        yield from (f"  {name}" for name in tools)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _flow(value: Mapping[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(dict(value), default_flow_style=True, sort_keys=False, width=10_000).strip()


def _yaml(entry: Mapping[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(dict(entry), sort_keys=False, allow_unicode=True, width=120)


def _write(path: Path, entry: Mapping[str, Any]) -> None:
    text = _yaml(entry)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise HubError(f"{path} exists, and is not overwritten", "choose another name", ExitCode.USAGE) from error
    except OSError as error:
        raise HubError(f"{path} cannot be written: {error.strerror or error}", code=ExitCode.USAGE) from error
