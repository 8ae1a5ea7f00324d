"""`hub-launch <ids>`: start servers and serve them behind one endpoint."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hub_launch.cli.access import access_of, add_access, without_token
from hub_launch.cli.agree import agree, agreed, agreed_versions, require_locked
from hub_launch.cli.beside_others import add_beside_others, replica_of
from hub_launch.cli.observing import add_observing, observing
from hub_launch.cli.options import add_format, add_start, parse_settings
from hub_launch.cli.overlay import Memory, overlay_of
from hub_launch.cli.prepare import Prepared, means, prepare
from hub_launch.cli.profile import Wanted, add_profile, with_profile
from hub_launch.cli.selecting import add_selection, parse_selection
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wishes import add_wishes, check_wishes, wished, wishes_of
from hub_launch.clients.mcp_json import read_mcp_json
from hub_launch.config.defaults import DEFAULT_HOST, DEFAULT_PORT
from hub_launch.errors import ExitCode, HubError
from hub_launch.parsing import port
from hub_launch.run.selection import Selection
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.cli.following import Following
    from hub_launch.hub.access import Access
    from hub_launch.hub.rest.means import Reload
    from hub_launch.run.observing import Observers
    from hub_launch.run.server import OnChange
    from hub_launch.run.supervisor import Supervisor


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="servers of the registry, as id or id@version")
    add_profile(parser)
    add_start(parser)
    parser.add_argument(
        "--mcp-json",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="start the servers of an editor's mcp.json too",
    )
    add_wishes(parser)
    add_selection(parser)
    add_serving(parser)


def add_serving(parser: argparse.ArgumentParser) -> None:
    """Where and how to serve."""
    parser.add_argument(
        "--locked", action="store_true", help="start exactly what the lock says, and nothing that is not in it"
    )
    parser.add_argument("--host", default=DEFAULT_HOST, help=f"address to listen on (default {DEFAULT_HOST})")
    parser.add_argument(
        "--port",
        type=port,
        default=DEFAULT_PORT,
        help=f"port to listen on; 0 finds a free one (default {DEFAULT_PORT})",
    )
    parser.add_argument(
        "--stdio", action="store_true", help="serve one client on standard input and output, for editors"
    )
    add_beside_others(parser)
    add_access(parser)
    add_observing(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Start and serve until told to stop. Exit 1 when no server starts at all."""
    # First, since it needs nothing and nobody: what would be unsafe is said at once.
    access = access_to(arguments, terminal)
    prepared = gather(arguments, settings, terminal, kept_versions(arguments, settings))
    return serve(prepared, _selection(arguments, prepared), access, arguments, settings, terminal)


def access_to(arguments: argparse.Namespace, terminal: Terminal) -> "Access | None":
    """Who may talk to the hub; None for one that a client starts and speaks to by itself. Raises HubError (exit 2)."""
    return None if arguments.stdio else access_of(arguments, os.environ, terminal)


def kept_versions(arguments: argparse.Namespace, settings: Settings) -> dict[str, str]:
    """The versions that are started though there may be newer ones: where nobody can be asked about what is new."""
    return agreed_versions(settings) if arguments.stdio or arguments.locked else {}


def serve(
    prepared: Prepared,
    selection: Selection,
    access: "Access | None",
    arguments: argparse.Namespace,
    settings: Settings,
    terminal: Terminal,
    following: "Following | None" = None,
) -> int:
    """Have what was prepared approved, and serve it as the options of `add_serving` say. Returns the exit code.

    following: how the hub follows the configuration that it is started from.
    """
    if arguments.locked:
        require_locked(prepared, settings)
    if access is None:
        prepared = agreed(prepared, settings, terminal, approved=arguments.yes)
        return _serve_stdio(prepared, arguments, selection, settings, terminal, following)
    return _serve_http(prepared, arguments, access, selection, settings, terminal, following)


def gather(
    arguments: argparse.Namespace, settings: Settings, terminal: Terminal, keep: Mapping[str, str] | None = None
) -> Prepared:
    """What the command line asks to start: ids of the registry and the servers of mcp.json files."""
    own = [launch for path in arguments.mcp_json for launch in read_mcp_json(path)]
    wanted = _wanted(arguments, settings, terminal)
    if not wanted.ids and not own:
        raise HubError(
            "Nothing to start",
            "name servers, e.g. `hub-launch time`; `hub-launch list` shows them",
            ExitCode.USAGE,
        )
    prepared = prepare(wanted.ids, wanted.given, settings, terminal, keep)
    launches = (*prepared.launches, *own)
    names = [*(launch.id for launch in launches), *(one.id for one in prepared.unplanned)]
    _check_unique(names)
    check_wishes(arguments, names)
    launches = tuple(wished(launch, wishes_of(arguments, launch.id)) for launch in launches)
    gathered = replace(prepared, launches=launches)
    gathered.require_some()
    return gathered


def _wanted(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> Wanted:
    given = parse_settings(arguments.settings)
    if arguments.profile is None:
        return Wanted(tuple(arguments.ids), given)
    return with_profile(arguments.profile, arguments.ids, given, settings, terminal)


def _selection(arguments: argparse.Namespace, prepared: Prepared) -> Selection:
    unplanned = {one.id: frozenset[str]() for one in prepared.unplanned}
    return parse_selection(arguments, unplanned | {launch.id: launch.tags for launch in prepared.launches})


def _check_unique(ids: Sequence[str]) -> None:
    for name in ids:
        if ids.count(name) > 1:
            raise HubError(f"Two servers would be called {name}", "rename the one in the mcp.json file", ExitCode.USAGE)


def _serve_http(
    prepared: Prepared,
    arguments: argparse.Namespace,
    access: "Access",
    selection: Selection,
    settings: Settings,
    terminal: Terminal,
    following: "Following | None",
) -> int:
    # Here, since what serves takes a moment to import: a wrong id or a refusal is answered at once.
    from hub_launch.cli.beside import beside
    from hub_launch.cli.board import Board
    from hub_launch.cli.events import Events
    from hub_launch.cli.growing import proposing
    from hub_launch.hub.rest.means import Abilities
    from hub_launch.hub.serve import listen, serve_http

    names = [*(launch.id for launch in prepared.launches), *(one.id for one in prepared.unplanned)]
    replica = replica_of(arguments, os.environ, names[0])
    with listen(arguments.host, arguments.port, access) as listener, observing(arguments, settings) as observers:
        agree(prepared, settings, terminal, without_token(arguments.argv), approved=arguments.yes)
        host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
        address = f"{access.scheme}://{host}:{listener.getsockname()[1]}"
        with (Events if arguments.format == "json" else Board)(terminal.out, address) as board:
            board.alone = bool(replica.alone)
            supervisor = supervisor_of(prepared, selection, settings, board.show, observers)
            board.open()
            propose = proposing(settings, supervisor, following)
            memory = Memory(settings)
            abilities = Abilities(
                _reloading(following, supervisor), propose, lambda: overlay_of(settings), memory.overlay
            )
            own = beside(settings, terminal, address, memory, following)
            serve_http(supervisor, listener, lambda: board.ready(supervisor), access, abilities, own, replica)
    if board.nothing_serves:
        return ExitCode.FAILED
    terminal.note("All servers ended.")
    return ExitCode.OK


def _reloading(following: "Following | None", supervisor: "Supervisor") -> "Reload | None":
    """Has the hub do what its configuration says now, if it has one."""
    if following is None:
        return None

    async def reload() -> Sequence[str]:
        return (await following.apply(supervisor)).lines()

    return reload


def _serve_stdio(
    prepared: Prepared,
    arguments: argparse.Namespace,
    selection: Selection,
    settings: Settings,
    terminal: Terminal,
    following: "Following | None",
) -> int:
    from hub_launch.cli.beside import beside
    from hub_launch.cli.board import Plain
    from hub_launch.cli.events import Events
    from hub_launch.cli.growing import proposing
    from hub_launch.hub.rest.means import Abilities
    from hub_launch.hub.serve import serve_stdio

    with observing(arguments, settings) as observers:
        own = beside(settings, terminal, "", Memory(settings), following)
        display = Events(terminal.err, "") if arguments.format == "json" else Plain(terminal.err)
        supervisor = supervisor_of(prepared, selection, settings, display.show, observers)
        serve_stdio(supervisor, Abilities(propose=proposing(settings, supervisor, following)), own)
    return ExitCode.OK


def supervisor_of(
    prepared: Prepared, selection: Selection, settings: Settings, show: "OnChange", observers: "Observers" = ()
) -> "Supervisor":
    """Who looks after what was prepared, and starts nothing yet. show: hears of each change of a server's status."""
    from hub_launch.cli.expected import expect_recorded
    from hub_launch.cli.judging import tool_pins
    from hub_launch.run.known import KnownFiles
    from hub_launch.run.supervisor import Supervisor, failed

    known = KnownFiles(settings.definitions_dir)
    # The lock is read once for all who judge tools by it.
    pins = tool_pins(settings)
    expect_recorded(known, prepared.found, pins)
    unplanned = [failed(one.id, one.title, one.kind, one.error) for one in prepared.unplanned]
    own_means = replace(means(settings, observers, pins), selection=selection)
    return Supervisor(prepared.launches, unplanned, settings.log_dir, show, own_means, known)
