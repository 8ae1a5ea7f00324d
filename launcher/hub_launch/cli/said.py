"""What a configuration says of the hub itself, where the command line says nothing."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hub_launch.cli.secret import secrets_of
from hub_launch.guard.secrets import REFERENCE
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.config.loading import Configuration


def fill_in(arguments: argparse.Namespace, configuration: "Configuration", settings: Settings) -> None:
    """Put what the file says into the options of `launch.add_serving`. Raises HubError (exit 2) for a token that the
    keyring does not have.

    Paths are meant from the file's folder.
    """
    hub, folder = configuration.config.hub, configuration.path.parent
    arguments.host = arguments.host or hub.host
    arguments.port = hub.port if arguments.port is None else arguments.port
    arguments.said_token = _token(hub.token, settings)
    if not arguments.tls_cert:
        arguments.tls_cert, arguments.tls_key = (
            _path(hub.tls_cert, folder),
            arguments.tls_key or _path(hub.tls_key, folder),
        )
    if not (arguments.jwt_issuer or arguments.jwt_audience or arguments.jwt_keys):
        arguments.jwt_issuer, arguments.jwt_audience = hub.jwt_issuer, hub.jwt_audience
        arguments.jwt_keys = _keys(hub.jwt_keys, folder)
    arguments.drain = hub.drain if arguments.drain is None else arguments.drain
    arguments.sessions = arguments.sessions or _token(hub.sessions, settings)
    arguments.allow_host = [*arguments.allow_host, *hub.allow_host]
    arguments.allow_origin = [*arguments.allow_origin, *hub.allow_origin]
    arguments.no_audit = arguments.no_audit or not hub.audit
    arguments.log_format = arguments.log_format or hub.log_format
    arguments.otel, arguments.logfire = arguments.otel or hub.otel, arguments.logfire or hub.logfire


def _token(said: str | None, settings: Settings) -> str:
    if said and said.startswith(REFERENCE):
        return secrets_of(settings).get(said.removeprefix(REFERENCE))
    return said or ""


def _path(said: str | None, folder: Path) -> Path | None:
    return folder / Path(said).expanduser() if said else None


def _keys(said: str | None, folder: Path) -> str | None:
    return said if said is None or "://" in said else str(_path(said, folder))
