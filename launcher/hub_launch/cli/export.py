"""`hub-launch export`: the hub as other programs want to have it written down. To add a form: a line in FORMS."""

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub_launch import __version__
from hub_launch.cli.options import add_registry, add_set, parse_settings
from hub_launch.cli.run import add_config, read_config
from hub_launch.cli.terminal import Terminal
from hub_launch.clients.editing import NAME
from hub_launch.clients.table import CLIENTS
from hub_launch.config.defaults import DEFAULT_PORT
from hub_launch.errors import ExitCode
from hub_launch.files import read_bounded
from hub_launch.guard.lockfile import NAME as LOCK_NAME
from hub_launch.index.registries import Registries
from hub_launch.programs import find_program
from hub_launch.settings import TOKEN_VARIABLE, Settings

# Python's own image, which has all that the launcher needs; uv and Node come with it as wheels.
IMAGE = "python:3.13-slim"
PACKAGE = f"mcp-hub-launch[runners]=={__version__}"
# Where hub.yaml and its lock are in a container.
FOLDER = "/hub"
# Of hub.yaml and of locks, as they are read elsewhere.
MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Wanted:
    """What the hub consists of: servers by their ids, or a configuration."""

    ids: Sequence[str] = ()
    given: Sequence[str] = ()
    """`--set` and `--registry`, as they were given."""
    config: Path | None = None
    profile: Sequence[str] = ()

    @property
    def here(self) -> tuple[str, ...]:
        """The command line for an editor on this machine."""
        if self.config is None:
            return ("--stdio", *self.ids, *self.given)
        return ("run", "--stdio", "--config", str(self.config), *self.profile)

    @property
    def there(self) -> tuple[str, ...]:
        """The command line in a container: reached from outside of it, approved beforehand, as the lock has it."""
        serving = ("--host", "0.0.0.0", "--port", str(DEFAULT_PORT), "--allow-host", NAME, "--yes")  # noqa: S104
        if self.config is None:
            return ("launch", *self.ids, *self.given, *serving)
        locked = ("--locked",) if LOCK_NAME in self.files else ()
        return ("run", "--config", f"{FOLDER}/{self.config.name}", *self.profile, *serving, *locked)

    @property
    def files(self) -> Mapping[str, Path]:
        """The configuration and its lock, by their names."""
        if self.config is None:
            return {}
        found = (self.config, self.config.with_name(LOCK_NAME))
        return {one.name: one for one in found if one.exists()}


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("form", choices=FORMS, metavar="FORM", help=", ".join(FORMS))
    parser.add_argument("ids", nargs="*", metavar="ID", help="servers of the registry (default: what hub.yaml says)")
    add_set(parser, "a server's parameter; it is printed, so that secrets are better in hub.yaml's variables")
    add_config(parser)
    parser.add_argument("--profile", metavar="NAME", help="its profile")
    add_registry(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Print it."""
    wanted = _wanted(arguments, settings)
    terminal.print(FORMS[arguments.form](wanted).rstrip("\n"))
    return ExitCode.OK


def _wanted(arguments: argparse.Namespace, settings: Settings) -> Wanted:
    """What is meant. Raises HubError for ids and profiles that are not there."""
    if arguments.ids:
        Registries.open(settings, wanted=arguments.ids).resolve_all(arguments.ids)
        parse_settings(arguments.settings)
        registry = ("--registry", arguments.registry) if arguments.registry else ()
        return Wanted(arguments.ids, (*(word for one in arguments.settings for word in ("--set", one)), *registry))
    configuration = read_config(arguments, settings)
    configuration.selected(arguments.profile)
    profile = ("--profile", arguments.profile) if arguments.profile else ()
    return Wanted(config=configuration.path, profile=profile)


def _client(name: str) -> Callable[[Wanted], str]:
    """The file of a client that has nothing but the hub."""
    client = CLIENTS[name]

    def write(wanted: Wanted) -> str:
        program = find_program("hub-launch") or str(Path(sys.argv[0]).absolute())
        document: Any = {NAME: dict(client.stdio(program, wanted.here))}
        for key in reversed(client.section):
            document = {key: document}
        return json.dumps(document, indent=2, ensure_ascii=False)

    return write


def _compose(wanted: Wanted) -> str:
    hub: dict[str, Any] = {
        "image": IMAGE,
        "command": _shell(wanted),
        "environment": {TOKEN_VARIABLE: f"${{{TOKEN_VARIABLE}:?`hub-launch token` makes one}}"},
        "ports": [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"],
        "volumes": [
            *(f"{path}:{FOLDER}/{name}:ro" for name, path in wanted.files.items()),
            "packages:/root/.cache/hub-launch",
        ],
        "restart": "unless-stopped",
    }
    if wanted.config and (variables := wanted.config.with_name(".env")).exists():
        hub["env_file"] = [str(variables)]
    # A dollar is Compose's own.
    hub["command"] = [word.replace("$", "$$") for word in hub["command"]]
    return _yaml({"services": {NAME: hub}, "volumes": {"packages": {}}})


def _kubernetes(wanted: Wanted) -> str:
    labels = {"app": NAME}
    meta = {"name": NAME, "labels": labels}
    files = {name: read_bounded(path, MAX_BYTES).decode() for name, path in wanted.files.items()}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": files}
    container: dict[str, Any] = {
        "name": "hub",
        "image": IMAGE,
        "command": _shell(wanted),
        # One secret for the token and for the variables of hub.yaml.
        "envFrom": [{"secretRef": {"name": NAME}}],
        "ports": [{"name": "mcp", "containerPort": DEFAULT_PORT}],
        "readinessProbe": {"httpGet": {"path": "/v0/ping", "port": "mcp"}},
        "livenessProbe": {"httpGet": {"path": "/v0/ping", "port": "mcp"}, "initialDelaySeconds": 300},
    }
    pod: dict[str, Any] = {"containers": [container]}
    if files:
        container["volumeMounts"] = [{"name": "config", "mountPath": FOLDER, "readOnly": True}]
        pod["volumes"] = [{"name": "config", "configMap": {"name": NAME}}]
    # One: sessions are of the hub that they began with.
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    port = {"name": "mcp", "port": DEFAULT_PORT, "targetPort": "mcp"}
    documents = [
        *([config] if files else []),
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec},
        {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": labels, "ports": [port]}},
    ]
    secret = f"kubectl create secret generic {NAME} --from-literal={TOKEN_VARIABLE}=$(hub-launch token)"
    return f"# First: {secret}\n" + "---\n".join(map(_yaml, documents))


def _shell(wanted: Wanted) -> list[str]:
    install = shlex.join(["pip", "install", "--quiet", "--root-user-action=ignore", PACKAGE])
    return ["sh", "-c", f"{install} && exec {shlex.join(['hub-launch', *wanted.there])}"]


def _yaml(document: Mapping[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(dict(document), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)


FORMS: Mapping[str, Callable[[Wanted], str]] = {
    "mcp-json": _client("cursor"),
    "claude": _client("claude-desktop"),
    "vscode": _client("vscode"),
    "compose": _compose,
    "kubernetes": _kubernetes,
}
