"""`hub-launch export`: the hub as other programs want to have it written down. To add a form: a line in FORMS."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from hub_launch.cli.charted import chart_values
from hub_launch.cli.contained import FOLDER, IMAGE, REGISTRY, Contained, compose, kubernetes
from hub_launch.cli.options import add_format, add_registry, add_set, parse_settings
from hub_launch.cli.run import add_config, read_config
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.told import registry_words
from hub_launch.cli.waiting import open_registries
from hub_launch.clients.editing import NAME
from hub_launch.clients.table import CLIENTS
from hub_launch.config.loading import Configuration
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded
from hub_launch.guard.lockfile import NAME as LOCK_NAME
from hub_launch.index.places import Place, built_in, kept_root, places
from hub_launch.index.registries import Found
from hub_launch.programs import find_program
from hub_launch.settings import TOKEN_VARIABLE, Settings
from hub_launch.text import printable

# Of hub.yaml and of locks, as they are read elsewhere.
MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Form:
    """What is written of the hub, as documents; in which syntax; and what its user has to know first."""

    documents: Callable[["Wanted"], Sequence[Any]]
    is_yaml: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Wanted:
    """What the hub consists of: servers by their ids, or a configuration."""

    settings: Settings
    ids: Sequence[str] = ()
    given: Sequence[str] = ()
    """`--set`, as it was given."""
    configuration: Configuration | None = None
    profile: Sequence[str] = ()
    found: Sequence[Found] = ()
    """The ids' servers."""

    @property
    def here(self) -> tuple[str, ...]:
        """The command line for an editor on this machine."""
        told = registry_words(self.settings)
        if self.configuration is None:
            return ("--stdio", *self.ids, *self.given, *told)
        return ("run", "--stdio", "--config", str(self.configuration.path), *self.profile, *told)

    def there(self) -> Contained:
        """For a container. Raises HubError (exit 2) for what none would have."""
        words, files, registry = _reading(self.settings)
        if self.configuration is None:
            return Contained(("launch", *self.ids, *self.given, *words), files, registry)
        path = self.configuration.path
        _check_places(self.configuration, self.settings)
        files |= {one.name: one for one in (path, path.with_name(LOCK_NAME)) if one.exists()}
        locked = ("--locked",) if LOCK_NAME in files else ()
        variables = path.with_name(".env")
        command = ("run", "--config", f"{FOLDER}/{path.name}", *self.profile, *words, *locked)
        return Contained(command, files, registry, variables if variables.exists() else None)


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("form", choices=FORMS, metavar="FORM", help=", ".join(FORMS))
    parser.add_argument("ids", nargs="*", metavar="ID", help="servers of the registry (default: what hub.yaml says)")
    add_set(parser, "a server's parameter; it is printed, so that secrets are better in hub.yaml's variables")
    add_config(parser)
    parser.add_argument("--profile", metavar="NAME", help="its profile")
    add_registry(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print it."""
    form = FORMS[arguments.form]
    documents = form.documents(_wanted(arguments, settings, terminal))
    if arguments.format == "json" or not form.is_yaml:
        terminal.json(documents[0] if len(documents) == 1 else documents)
    else:
        terminal.print((form.remark + "---\n".join(map(_yaml, documents))).rstrip("\n"))
    return ExitCode.OK


def _wanted(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> Wanted:
    """What is meant. Raises HubError for ids and profiles that are not there."""
    if arguments.ids:
        found = open_registries(settings, terminal, wanted=arguments.ids).resolve_all(arguments.ids)
        for one in found if FORMS[arguments.form].is_yaml and not settings.registry else ():
            if one.registry.name != built_in().name:
                raise HubError(
                    f"{one.row.id} is of the registry {one.registry.name}, which a container does not know",
                    f"name it: `--registry {one.registry.name}`",
                    ExitCode.USAGE,
                )
        parse_settings(arguments.settings)
        given = tuple(word for one in arguments.settings for word in ("--set", one))
        return Wanted(settings, arguments.ids, given, found=found)
    configuration = read_config(arguments, settings)
    configuration.selected(arguments.profile)
    profile = ("--profile", arguments.profile) if arguments.profile else ()
    return Wanted(settings, configuration=configuration, profile=profile)


def _reading(settings: Settings) -> tuple[tuple[str, ...], dict[str, Path], Path | None]:
    """How a hub in a container is told of the registry: words, files of FOLDER, and the folder that REGISTRY is."""
    if not settings.registry:
        return (), {}, None
    (place,) = places(settings)
    folder = _folder_of(place)
    root = kept_root(settings, place)
    trust = ("--root", f"{FOLDER}/root.json") if root else ("--unsigned",) if place.unsigned else ()
    words = ("--registry", REGISTRY if folder else place.location, *trust)
    return words, {"root.json": root} if root else {}, folder


def _folder_of(place: Place) -> Path | None:
    """The folder that a registry is; None for one that others reach, too."""
    if place.location.startswith("file://"):
        return Path(url2pathname(urlsplit(place.location).path))
    return None if "://" in place.location else Path(place.location).expanduser().absolute()


def _check_places(configuration: Configuration, settings: Settings) -> None:
    for one in configuration.config.registries or () if not settings.registry else ():
        if not (one.place or "").startswith(("http://", "https://")) and (one.place or one.name != built_in().name):
            raise HubError(
                f"{printable(str(configuration.path))} reads the registry {one.name}, which no container has",
                "write its https address there, or name one with --registry",
                ExitCode.USAGE,
            )


def _client(name: str) -> Form:
    """The file of a client that has nothing but the hub."""
    client = CLIENTS[name]

    def documents(wanted: Wanted) -> Sequence[Any]:
        program = find_program("hub-launch") or str(Path(sys.argv[0]).absolute())
        document: Any = {NAME: dict(client.stdio(program, wanted.here))}
        for key in reversed(client.section):
            document = {key: document}
        return [document]

    return Form(documents)


def _contained(form: Callable[[Contained, Mapping[str, str]], list[Any]], remark: str = "") -> Form:
    def documents(wanted: Wanted) -> Sequence[Any]:
        hub = wanted.there()
        return form(hub, {name: read_bounded(path, MAX_BYTES).decode() for name, path in hub.files.items()})

    return Form(documents, is_yaml=True, remark=remark)


def _chart(wanted: Wanted) -> Sequence[Any]:
    """Values of the Helm chart. Raises HubError (exit 2) without ids: what hub.yaml says may be secret."""
    if wanted.configuration:
        raise HubError("The chart's values are of servers that are named", "add their ids", ExitCode.USAGE)
    (place,) = places(wanted.settings) if wanted.settings.registry else (built_in(),)
    registry = place.location if wanted.settings.registry else ""
    given = parse_settings([text for text in wanted.given if text != "--set"])
    return [chart_values([one.entry() for one in wanted.found], given, registry)]


def _yaml(document: Mapping[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(dict(document), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)


_SECRET = f"kubectl create secret generic {NAME} --from-literal={TOKEN_VARIABLE}=$(hub-launch token)"
_IMAGE = f"""\
# First, in a checkout: docker build -f deploy/Dockerfile -t {IMAGE} .
# Its user is 65532, who has to be able to read the files that are mounted.
"""

FORMS: Mapping[str, Form] = {
    "mcp-json": _client("cursor"),
    "claude": _client("claude-desktop"),
    "vscode": _client("vscode"),
    "compose": _contained(compose, _IMAGE),
    "helm": Form(
        _chart, is_yaml=True, remark="# Values for deploy/helm/mcp-hub; what they leave out has a default there.\n"
    ),
    "kubernetes": _contained(kubernetes, f"# First: {_SECRET}\n"),
}
