"""The page about the launcher's commands, made of their own parsers."""

from hub_build.docs.parsers import commands, inner_parsers
from hub_build.reference import cell
from hub_launch.cli.commands import COMMANDS
from hub_launch.cli.main import build_parser
from hub_launch.errors import ExitCode

INTRODUCTION = """\
# hub-launch

<!-- Written by `make schema` from launcher/hub_launch/cli/. -->

`hub-launch ID ...` starts servers. Everything else is a command; `hub-launch COMMAND --help` says what this page says.

- Results go to standard output, everything else to standard error. In a pipe a table is tab-separated and complete.
- Every command has `--format json`: its result, or `{"error": {"code", "message", "hint"}}`, is then JSON on standard
  output. Commands that go on (`launch`, `run`, `top`, `logs`) write one document a line.
- `NO_COLOR` turns colours off, as does an output that is not a terminal.
- `eval "$(hub-launch completion bash)"` makes your shell complete commands, options and ids.
"""

CODES = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "it ran, and the answer is no: no server starts, a tool call failed, something is wrong",
    ExitCode.USAGE: "the command line, `hub.yaml`, an id or a parameter is wrong",
    ExitCode.REGISTRY: "a registry cannot be read, or cannot be trusted",
    ExitCode.CONSENT: "nobody agreed to what would run or change",
    ExitCode.PORT: "the address to listen on is taken, or is not this machine's",
    ExitCode.INTERNAL: "a defect in hub-launch; the message names a file with the details",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C)",
}

# A test finds each of them in the code, and those that the code reads and nobody lists.
VARIABLES = {
    "HUB_REGISTRY": "the registry: a folder, a `file://`, `https://` or `http://` address, or the name of an added one",
    "HUB_ROOT": "the root that this registry's signatures are checked with",
    "HUB_UNSIGNED": "not empty: this registry need not be signed",
    "HUB_SANDBOX": "`auto`, `require` or `off`, as `--sandbox`",
    "HUB_LOCK": "the lock file, instead of your own",
    "HUB_TOKEN": "the token that the hub asks its clients for",
    "HUB_SESSIONS": "where clients' sessions are shared with other hubs, as redis://host:6379/0",
    "HUB_HOST, HUB_PORT, ...": "every key of `hub` in [hub.yaml](configuration.md#hub), for one start",
    "HUB_CONFIG_DIR": "the registries that you added, with their roots, and your own `hub.yaml`",
    "HUB_CACHE_DIR": "downloads and installed packages; safe to delete",
    "HUB_STATE_DIR": "logs, and the folders that servers are started in",
    "HUB_CONTAINER_ENGINE": "the program that starts images, as a name or an absolute path (default: `docker`, else "
    "`podman`)",
    "HUB_CONTAINER_OPTIONS": "options for every call of it, such as `--storage-driver=vfs`",
    "HUB_CONTAINER_RUN_OPTIONS": "options for its `run`, after the launcher's own, such as `--memory 8g`",
    "NO_COLOR": "not empty: no colours",
}

GROUPS = {
    "Choosing a registry": ("--registry", "--root", "--unsigned"),
    "Starting servers": ("--set", "-y", "--sandbox"),
    "Serving": (
        "--host",
        "--port",
        "--stdio",
        "--drain",
        "--sessions",
        "--token",
        "--token-file",
        "--jwt-issuer",
        "--jwt-audience",
        "--jwt-keys",
        "--allow-host",
        "--allow-origin",
        "--tls-cert",
        "--tls-key",
        "--no-audit",
        "--log-format",
        "--otel",
        "--logfire",
    ),
}


def page() -> str:
    """The page in Markdown."""
    lines = [INTRODUCTION, "## Exit codes\n", "| code | meaning |", "|---|---|"]
    lines += [f"| {code.value} | {CODES[code]} |" for code in ExitCode]
    lines += ["\n## Environment variables\n", "| variable | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in VARIABLES.items()]
    lines += ["\n## Every command\n", "| command | what it does |", "|---|---|"]
    lines += [f"| [`{name}`](#{name}) | {cell(command.summary)} |" for name, command in COMMANDS.items()]
    # A parser of all commands with the options of one is cheap; with those of all it imports everything.
    parsers = {name: inner_parsers(build_parser(name))[name] for name in COMMANDS}
    exits = {name: f"Exit codes: {cell(command.exits)}.\n" for name, command in COMMANDS.items()}
    return "\n".join([*lines, "", *commands(parsers, GROUPS, exits)]).rstrip() + "\n"
