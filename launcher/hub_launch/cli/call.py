"""`hub-launch call`: call one tool of one server and print the result."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from hub_launch.cli.agree import agree
from hub_launch.cli.options import add_format, add_start, parse_settings
from hub_launch.cli.prepare import prepare
from hub_launch.cli.started import started
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.waiting import waiting
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import Launch
from hub_launch.settings import Settings
from hub_launch.text import printable

if TYPE_CHECKING:
    from hub_launch.run.backend import Backend
    from hub_launch.run.server import Server


def options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("id", help="the server")
    parser.add_argument("tool", help="the tool, under the server's own name for it")
    parser.add_argument(
        "--arg",
        dest="arguments",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an argument; read as JSON where the tool wants no string",
    )
    parser.add_argument("--json", dest="document", metavar="JSON", help="all arguments as one JSON object")
    add_start(parser)
    add_format(parser)


def run(arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
    """Start the server, call the tool, print what it answers. Exit 1 when the tool says that it failed."""
    given = _document(arguments.document)
    words = _pairs(arguments.arguments)
    prepared = prepare([arguments.id], parse_settings(arguments.settings), settings, terminal)
    prepared.require_some()
    agree(prepared, settings, terminal, arguments.argv, approved=arguments.yes)
    result, advice = asyncio.run(_call(prepared.launches[0], settings, terminal, arguments.tool, given, words))
    if arguments.format == "json":
        terminal.json(result)
    else:
        content = result.get("content")
        for block in content if isinstance(content, list) else []:
            terminal.print(_shown(block))
    if result.get("isError") is not True:
        return ExitCode.OK
    for line in advice:
        terminal.note(f"hint: {line}")
    return ExitCode.FAILED


async def _call(
    launch: Launch, settings: Settings, terminal: Terminal, tool: str, given: dict[str, Any], words: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """The result, and what may be wrong with the arguments if the tool says that it failed."""
    from hub_launch.run.state import State, Status

    with waiting(terminal, f"starting {launch.id}") as say:

        def show(status: Status) -> None:
            if status.state is State.STARTING and status.reason:
                # A log has what was done, however long that took.
                (say if terminal.err.isatty() else terminal.note)(f"{status.id}: {status.reason}")

        async with started(launch, settings, show) as server:
            # The tool may take as long as it wants.
            say(f"waiting for {launch.id}")
            return await _asked(launch, server, tool, given, words)


async def _asked(
    launch: Launch, server: "Server", tool: str, given: dict[str, Any], words: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    if not server.serving or server.backend is None:
        raise HubError(f"{launch.id} did not start: {server.status.reason}", server.status.hint)
    schema = _schema(server, tool)
    arguments = given | {name: _value(name, text, schema) for name, text in words.items()}
    return await _answer(server.backend, server, tool, arguments), list(_advice(arguments, schema))


async def _answer(backend: "Backend", server: "Server", tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    from hub_launch.run.backend import CALL_SECONDS
    from hub_launch.run.messages import error_text, object_of, raw
    from hub_launch.run.reasons import explain

    try:
        async with asyncio.timeout(CALL_SECONDS):
            message = await backend.request("tools/call", {"name": raw(tool), "arguments": raw(arguments)})
    except Exception as error:
        if backend.link is None:
            # Waited for, so that the reason is how it ended.
            await backend.died()
        # Whatever broke, broke between us and the server.
        reason, hint = explain(error, backend, server.log)
        raise HubError(f"{server.status.id} did not answer: {reason}", hint) from error
    result = object_of(message.result)
    if result is None:
        raise HubError(f"{server.status.id} refused the call: {error_text(message)}", f"see {server.log}")
    return result


def _schema(server: "Server", tool: str) -> Mapping[str, Any]:
    schemas = {one.name: one.input_schema for one in server.offer.tools}
    if tool in schemas:
        return schemas[tool]
    close = get_close_matches(tool, schemas, n=1)
    names = ", ".join(map(printable, schemas))
    hint = f"did you mean {printable(close[0])}? " if close else ""
    raise HubError(f"{server.status.id} has no tool {tool!r}", f"{hint}it has {names}", ExitCode.USAGE)


def _value(name: str, text: str, schema: Mapping[str, Any]) -> Any:
    """The argument as the tool's schema wants it: text for strings, JSON for everything else."""
    properties = schema.get("properties", {})
    if name not in properties and properties and schema.get("additionalProperties") is False:
        raise HubError(
            f"the tool has no argument {name!r}",
            f"it has {', '.join(map(printable, properties))}",
            ExitCode.USAGE,
        )
    kinds = _kinds(properties.get(name))
    if kinds == {"string"}:
        return text
    try:
        value = json.loads(text)
    except ValueError as error:
        if not kinds or "string" in kinds:
            return text
        wanted = " or ".join(sorted(kinds))
        raise HubError(f"--arg {name}={text}: the tool wants {wanted}, as JSON", code=ExitCode.USAGE) from error
    # Where text is as good as something else, what looks like a third thing is text.
    return text if "string" in kinds and not kinds & _KINDS[type(value)] else value


def _advice(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """What of the arguments is not as the schema says. The schema is a stranger's: it may be wrong."""
    required, properties = schema.get("required"), schema.get("properties")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in given:
            yield f"the tool needs {printable(name)}: add --arg {printable(name)}=…"
    known = list(properties) if isinstance(properties, dict) else []
    for name in given if known else ():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            near = f"did you mean {printable(close[0])}? " if close else ""
            has = ", ".join(map(printable, known))
            yield f"the tool says nothing of an argument {printable(name)}; {near}it has {has}"


_KINDS: Mapping[type, frozenset[str]] = {
    str: frozenset(),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    bool: frozenset({"boolean"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
    type(None): frozenset({"null"}),
}


def _kinds(schema: Any) -> set[str]:
    """The JSON types that a schema allows; empty when it does not say. The schema is a stranger's: it may be wrong."""
    if not isinstance(schema, dict):
        return set()
    kind = schema.get("type")
    kinds = {one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)}
    for word in ("anyOf", "oneOf"):
        choices = schema.get(word)
        kinds.update(*map(_kinds, choices if isinstance(choices, list) else []))
    return kinds


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for name, equals, _ in pairs:
        if not (name and equals):
            form = f"for example --arg {name}=…" if name else ""
            raise HubError(f"--arg {name}: not of the form NAME=VALUE", form, ExitCode.USAGE)
    return {name: value for name, _, value in pairs}


def _document(text: str | None) -> dict[str, Any]:
    try:
        document = json.loads(text or "{}")
    except ValueError as error:
        raise HubError(f"--json is not JSON: {error}", code=ExitCode.USAGE) from error
    if not isinstance(document, dict):
        raise HubError("--json must be an object", code=ExitCode.USAGE)
    return document


def _shown(block: Any) -> str:
    """A block of the answer for a terminal: text as text, anything else by what it is."""
    if not isinstance(block, dict):
        return printable(json.dumps(block))
    if block.get("type") == "text":
        return printable(str(block.get("text")), keep="\n\t")
    if block.get("type") in ("image", "audio"):
        size = len(str(block.get("data"))) * 3 // 4
        return f"[{block['type']} {printable(str(block.get('mimeType')))}, {size:,} bytes]"
    return printable(json.dumps(block, ensure_ascii=False))
