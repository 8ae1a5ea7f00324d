"""What a command line and the environment say about who may talk to the hub."""

import argparse
import stat
from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded
from hub_launch.settings import TOKEN_VARIABLE

if TYPE_CHECKING:
    from hub_launch.cli.terminal import Terminal
    from hub_launch.hub.access import Access, JwtRules

_MAX_TOKEN_FILE_BYTES = 8 * 1024


def add_access(parser: argparse.ArgumentParser) -> None:
    """The options about who may talk to the hub."""
    group = parser.add_argument_group("who may talk to the hub (anybody on this machine, unless something is said)")
    token = group.add_mutually_exclusive_group()
    token.add_argument("--token", help="ask for this token; others on this machine can see it, so a file is better")
    token.add_argument("--token-file", type=Path, metavar="FILE", help="ask for the token in this file")
    group.add_argument("--jwt-issuer", metavar="URL", help="believe this issuer's tokens (JWT)")
    group.add_argument("--jwt-audience", metavar="NAME", help="whom its tokens must be made for")
    group.add_argument("--jwt-keys", metavar="PLACE", help="its public keys: an https address (JWKS) or a file")
    group.add_argument(
        "--allow-host", metavar="NAME", action="append", default=[], help="a name that this hub is reached by, too"
    )
    group.add_argument(
        "--allow-origin",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="another site whose pages may talk to the hub, as https://app.example.com",
    )
    group.add_argument("--tls-cert", type=Path, metavar="FILE", help="serve https with this certificate (PEM)")
    group.add_argument("--tls-key", type=Path, metavar="FILE", help="the certificate's private key (PEM)")


def access_of(arguments: argparse.Namespace, environ: MutableMapping[str, str], terminal: "Terminal") -> "Access":
    """How the hub may be reached. Raises HubError (exit 2) where that would be unsafe, or makes no sense.

    The token is taken out of `environ`: what runs in the hub or is started by it has no business with it.
    """
    from hub_launch.hub.access import Access, check_host, check_origin, is_loopback, is_wildcard, require_safe
    from hub_launch.hub.tls import tls_context

    if arguments.tls_key and not arguments.tls_cert:
        raise HubError("--tls-key: a key without a certificate", "give it with --tls-cert", ExitCode.USAGE)
    hosts = {check_host(name) for name in arguments.allow_host}
    access = Access(
        token=_token(arguments, environ, terminal),
        jwt=_jwt(arguments),
        hosts=frozenset(hosts),
        origins=frozenset(map(check_origin, arguments.allow_origin)),
        tls=tls_context(arguments.tls_cert, arguments.tls_key) if arguments.tls_cert else None,
    )
    require_safe(arguments.host, access)
    if not (is_wildcard(arguments.host) or is_loopback(arguments.host)):
        # Listened on by a name, it is called by that name.
        access = replace(access, hosts=access.hosts | {arguments.host.lower()})
    _note_plain(arguments.host, access, terminal)
    return access


def without_token(argv: Sequence[str]) -> list[str]:
    """The command line as it may be shown."""
    shown, hide = [], False
    for word in argv:
        name, equals, _ = word.partition("=")
        shown.append("…" if hide else f"{name}=…" if equals and name == "--token" else word)
        hide = word == "--token"
    return shown


def _token(arguments: argparse.Namespace, environ: MutableMapping[str, str], terminal: "Terminal") -> str:
    from hub_launch.hub.access import check_token

    from_environment = environ.pop(TOKEN_VARIABLE, "")
    if arguments.token is not None:
        return check_token(arguments.token, "--token")
    if arguments.token_file:
        return check_token(_read(arguments.token_file, terminal), f"--token-file {arguments.token_file}")
    if from_environment:
        return check_token(from_environment, TOKEN_VARIABLE)
    said = getattr(arguments, "said_token", "")
    return check_token(said, "hub.token of the configuration") if said else ""


def _read(path: Path, terminal: "Terminal") -> str:
    try:
        text = read_bounded(path, _MAX_TOKEN_FILE_BYTES).decode()
        if path.is_file() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            terminal.note(f"note: others on this machine can read {path}; `chmod 600 {path}` keeps it to you")
    except (OSError, ValueError) as error:
        raise HubError(
            f"--token-file {path}: {why(error)}", f"`hub-launch token > {path}` writes one", ExitCode.USAGE
        ) from error
    return text


def _jwt(arguments: argparse.Namespace) -> "JwtRules | None":
    given = (arguments.jwt_issuer, arguments.jwt_audience, arguments.jwt_keys)
    if not any(given):
        return None
    if not all(given):
        raise HubError(
            "--jwt-issuer, --jwt-audience and --jwt-keys go together",
            "an issuer's token for somebody else must not open this hub, and without keys none can be checked",
            ExitCode.USAGE,
        )
    # Here, since few hubs have an issuer: with what it needs of cryptography, eight megabytes.
    from hub_launch.hub.access import JwtRules
    from hub_launch.hub.jwts import check_rules

    rules = JwtRules(*given)
    check_rules(rules)
    return rules


def _note_plain(host: str, access: "Access", terminal: "Terminal") -> None:
    from hub_launch.hub.access import is_loopback

    if not access.tls and not is_loopback(host):
        terminal.note(
            f"note: {host} is served without TLS, so whoever is on the way reads the token and all else; "
            "see --tls-cert, or put a proxy before the hub"
        )
