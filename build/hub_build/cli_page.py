"""The page about the launcher's commands, made of their own parsers, and of words about where others come from.

`python -m hub_build.cli_page` writes it; a test tells when it is out of date.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from hub_launch.cli.commands import COMMANDS
from hub_launch.cli.main import build_parser
from hub_launch.errors import ExitCode

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "site_src" / "docs" / "cli.md"

INTRODUCTION = """\
# Commands

<!-- Written by `make schema` from launcher/hub_launch/cli/. -->

`hub-launch ID ...` starts servers; everything else is a command. `hub-launch COMMAND --help` has the same as this page.
Results go to standard output, all else to standard error, so that a script can read the one: a table is tab-separated
and complete where nobody looks on. Every command has `--format json`: its result, or `{"error": {"code", "message",
"hint"}}`, is then JSON on standard output; what goes on (`launch`, `run`, `top`, `logs`) has one document a line.
`NO_COLOR` turns colours off, as does an output that is no terminal.
`eval "$(hub-launch completion bash)"` has the shell complete commands, options and ids.
"""

CODES = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "it ran, and the answer is no: no server starts, a tool call failed, something is wrong",
    ExitCode.USAGE: "the command line, hub.yaml, an id or a parameter is wrong",
    ExitCode.REGISTRY: "a registry cannot be read, or is not to be believed",
    ExitCode.CONSENT: "nobody agreed to what would run or be changed",
    ExitCode.PORT: "the address to listen on is taken, or not ours",
    ExitCode.INTERNAL: "a defect of hub-launch; the details are in a file that it names",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C)",
}

MIGRATION = """\
## Coming from elsewhere

### The hub whose servers stand in a servers.yaml

| its command | here |
|---|---|
| `run` | `hub-launch run`, or `up`: what hub.yaml says; `hub-launch ID ...` for some servers by their ids |
| `init-config` | `hub-launch init` |
| `import-seed FILE` | `hub-launch import FILE`; `hub-build import FILE` for entries of a registry |
| `list` | `hub-launch list --all` |
| `info NAME` | `hub-launch info ID` |
| `toggle NAME` | `hub-launch enable ID`, `hub-launch disable ID` |
| `add-server` | `hub-launch publish FILE` for an entry of your own, `hub-launch add ID` for the running hub |
| `analyze-openapi SPEC` | `hub-launch analyze SPEC` |
| `export-servers` | `hub-launch export FORM`; `hub-build export` for entries |

### mcp-hub

Its `mcp-servers.json` has what an editor's file has: `hub-launch import mcp-servers.json`, then `hub-launch run`. One
endpoint serves all servers there and here (`/mcp`); here each has one of its own, too (`/servers/<id>/mcp`).
`${env:NAME}` becomes `${NAME}`; commands in values (`${cmd: ...}`) are not run: put what they print into a variable or
the keyring.

### mcp-proxy

`mcp-proxy COMMAND` serves one stdio server over HTTP: write `command` and `args` under `servers` of a hub.yaml, and
`hub-launch run` does. `mcp-proxy URL` brings a remote server to an editor's stdio: write its `url` there, and have the
editor start `hub-launch run --stdio` (`hub-launch install CLIENT` does it). Its `--named-server-config FILE` is
`hub-launch --mcp-json FILE`.

### docker mcp gateway

`docker mcp gateway run --servers a,b` is `hub-launch a b`; images run shut in by Docker or Podman here, too
([Images and bundles](containers.md)). A catalog's `server.yaml` becomes an entry with `hub-build import FILE --from
docker`. Docker Desktop's secrets are not read: `hub-launch secret set ID.PARAMETER` keeps one in the keyring.
"""


def page() -> str:
    """The page in Markdown."""
    lines = [INTRODUCTION, "## Exit codes\n", "| code | meaning |", "|---|---|"]
    lines += [f"| {code.value} | {CODES[code]} |" for code in ExitCode]
    lines += ["", "## Every command\n", "| command | what |", "|---|---|"]
    lines += [f"| [`{name}`](#{name}) | {_cell(command.summary)} |" for name, command in COMMANDS.items()]
    known: dict[str, str] = {}
    for name in COMMANDS:
        said = "\n".join(_command(name))
        options = said.partition("| argument |")[2]
        first = known.setdefault(options, name) if options else name
        again = f"Its options are those of [`{first}`](#{first})."
        lines += ["", said if first == name else said.replace(f"| argument |{options}", again)]
    return "\n".join([*lines, "", MIGRATION.rstrip(), ""])


def _command(name: str) -> Iterator[str]:
    parser = _inner(build_parser(name))[name]
    yield f"### {name}"
    yield from _described(parser, f"Exit codes: {_cell(COMMANDS[name].exits)}.\n")
    for word, inner in _inner(parser).items():
        yield ""
        yield f"#### {name} {word}"
        yield from _described(inner)


def _inner(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of a command's own words."""
    found = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return {name: inner for one in found for name, inner in one.choices.items()}


def _described(parser: argparse.ArgumentParser, more: str = "") -> Iterator[str]:
    if parser.description:
        yield f"\n{_cell(parser.description)[:1].upper()}{_cell(parser.description)[1:]}.\n"
    if more:
        yield more
    actions = [one for one in parser._actions if not isinstance(one, argparse._SubParsersAction | argparse._HelpAction)]
    if actions:
        yield "| argument | meaning |"
        yield "|---|---|"
        yield from (f"| `{_spelled(one)}` | {_meaning(one, parser)} |" for one in actions)


def _spelled(action: argparse.Action) -> str:
    """As it is typed."""
    value = action.metavar if isinstance(action.metavar, str) else ""
    if not value and action.choices is not None:
        value = ", ".join(map(str, action.choices)) if action.option_strings else action.dest
        value = value.replace(", ", "\\|")
    value = value or (action.dest if not action.option_strings else action.dest.upper())
    if action.option_strings:
        return ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {value}")
    return f"[{value} ...]" if action.nargs == "*" else f"{value} ..." if action.nargs == "+" else value


def _meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """Its help, with what it stands for filled in as argparse does."""
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    again = "; may be given again" if isinstance(action, argparse._AppendAction) and "again" not in text else ""
    return _cell(text) + again


def _cell(text: str) -> str:
    return re.sub(r"<(\w+)>", r"&lt;\1&gt;", " ".join(text.replace("|", "\\|").split()))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
