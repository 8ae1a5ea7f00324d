"""The commands of `hub-launch`, with the exit codes that each may end with."""

import argparse
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode
from hub_launch.settings import Settings


@dataclass(frozen=True)
class Command:
    """One command: its line in the help, and the module beside this one with `options(parser)` and `run(...) -> code`.

    The module is imported when its command is run: `--help` should not wait for what `call` needs.

    failed: what exit 1 means of it; empty if it does not end so. codes: the others that it may end with, beside those
    of every command (ALWAYS).
    """

    summary: str
    module: str
    failed: str = ""
    codes: tuple[ExitCode, ...] = ()

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options to its parser."""
        self._module().options(parser)

    def run(self, arguments: argparse.Namespace, settings: Settings, terminal: Terminal) -> int:
        """Do it. Returns the exit code."""
        code: int = self._module().run(arguments, settings, terminal)
        return code

    def _module(self) -> Any:
        return importlib.import_module(f"hub_launch.cli.{self.module}")

    @property
    def exits(self) -> str:
        """Its exit codes, on one line."""
        own = {ExitCode.FAILED: self.failed} if self.failed else {}
        codes = {**ALWAYS, **own, **{code: MEANINGS[code] for code in self.codes}}
        return "; ".join(f"{int(code)} {meaning}" for code, meaning in sorted(codes.items()))


ALWAYS: Mapping[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.USAGE: "wrong use",
    ExitCode.INTERNAL: "a defect",
    ExitCode.INTERRUPTED: "interrupted",
}
MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.REGISTRY: "no registry can be read or believed",
    ExitCode.CONSENT: "nobody agreed",
    ExitCode.PORT: "the port is taken",
}
_READS = (ExitCode.REGISTRY,)
_ASKS = (ExitCode.CONSENT,)
_STARTS = (*_READS, *_ASKS)
_SERVES = (*_STARTS, ExitCode.PORT)
_NONE_UP = "no server comes up"
_NOT_UP = "a server does not come up"
_NOT_HERE = "a server cannot be started here"
_NO_HUB = "the hub ended or refused"
_NOT_WRITTEN = "a file cannot be written"


# To add a command: a file beside this one, and a line here.
COMMANDS: Mapping[str, Command] = {
    "launch": Command("start servers and serve them behind one endpoint (the default)", "launch", _NONE_UP, _SERVES),
    "serve": Command("start one server and serve it by itself, under its own names", "serving", _NOT_UP, _SERVES),
    "run": Command("start what hub.yaml says", "run", _NONE_UP, _SERVES),
    "up": Command("the same as run", "run", _NONE_UP, _SERVES),
    "init": Command("write a first hub.yaml", "init", _NOT_WRITTEN),
    "status": Command("what runs, and what it has done", "status", _NO_HUB),
    "top": Command("the same, live", "top", _NO_HUB),
    "logs": Command("what a server wrote to its log", "logs"),
    "add": Command("start one more server, in the running hub and by hub.yaml", "add", _NOT_UP, _STARTS),
    "remove": Command("take a server out of the running hub, and out of hub.yaml", "removing", _NO_HUB),
    "restart": Command("end a server of the running hub and start it again", "tell", _NOT_UP),
    "enable": Command("have a server started, in hub.yaml and in the running hub", "enable", _NOT_UP, _STARTS),
    "disable": Command("have a server not started, in hub.yaml and in the running hub", "enable", _NO_HUB, _STARTS),
    "reload": Command("have the running hub do what its hub.yaml says now", "reload", _NOT_HERE, _STARTS),
    "search": Command("find servers by words", "search", "nothing is found", _READS),
    "list": Command("all servers of the registry", "listing", "", _READS),
    "info": Command("everything about one server", "info", "", _READS),
    "publish": Command(
        "add an entry of your own, judged as a pull request would be", "publish", "the entry is rejected", _READS
    ),
    "unpublish": Command("forget an entry of your own", "unpublish", _NOT_WRITTEN),
    "registry": Command("the registries that are read: registry add, list, remove", "registry", _NOT_WRITTEN, _READS),
    "auth": Command("sign in to remote servers: auth login, logout, list", "auth", "signing in failed", _STARTS),
    "token": Command("make a token for the hub to ask its clients for", "token"),
    "plan": Command("show what would run, and start nothing", "planning", _NOT_HERE, _READS),
    "lock": Command("agree to what would run, and start nothing", "lock", _NOT_HERE, _STARTS),
    "diff": Command("show the tools that a server has and that were not agreed to", "tools"),
    "approve": Command("agree to the tools that a server has now", "tools", _NOT_WRITTEN, _ASKS),
    "secret": Command("what servers must know and no file: secret set, list, remove", "secret", "there is no keyring"),
    "install": Command("put the hub into an editor or assistant", "install", _NOT_WRITTEN, _STARTS),
    "uninstall": Command("take the hub out of one", "install", _NOT_WRITTEN, _ASKS),
    "clients": Command("the editors and assistants of this machine, and which have the hub", "install"),
    "analyze": Command("what an OpenAPI description would become as a server", "analyze", "`--test`: no server starts"),
    "discover": Command(
        "servers that are on this machine already", "discover", "what was named cannot be looked at", _ASKS
    ),
    "import": Command(
        "servers of an editor's file, into hub.yaml", "import_", "a server of the file could not be started", _ASKS
    ),
    "export": Command("the hub as an editor, Compose or Kubernetes wants it", "export", "", _READS),
    "doctor": Command("what of this machine works for servers, and what to do", "doctor", "something is wrong"),
    "completion": Command("have your shell complete words of hub-launch", "completion"),
    "call": Command(
        "call one tool of one server and print the result", "call", "the tool failed, or its server is not up", _STARTS
    ),
}
