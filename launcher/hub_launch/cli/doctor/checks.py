"""What the doctor looks at. To add a check: a function here, and a line in CHECKS."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hub_launch.config.defaults import DEFAULT_HOST, DEFAULT_PORT
from hub_launch.errors import HubError
from hub_launch.guard.keyring import system_keyring
from hub_launch.guard.sandbox import best
from hub_launch.index.registries import Registries
from hub_launch.plan import Context
from hub_launch.plan.engine import engine_of
from hub_launch.programs import find_program
from hub_launch.settings import Settings
from hub_launch.text import counted
from hub_launch.version import __version__

# A program says its version in milliseconds; an engine whose service does not answer never does.
ANSWER_SECONDS = 10
# What the MCP Inspector and most servers of npm need.
MIN_NODE = 20
# An index is signed for two weeks: a clock that is off by more finds it expired, or signed in the future.
_BUILT = "2026-11-01"

Environ = Mapping[str, str]


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    MISSING = "missing"
    """It is not there, which only matters to servers that need it."""
    BAD = "bad"


@dataclass(frozen=True)
class Health:
    """What a check found. hint: what to do."""

    level: Level
    said: str
    hint: str = ""


Check = Callable[[Settings, Environ], Health]


def _python(settings: Settings, environ: Environ) -> Health:
    version = ".".join(map(str, sys.version_info[:3]))
    return Health(Level.OK, f"{version} at {sys.executable}; hub-launch {__version__}")


def _node(settings: Settings, environ: Environ) -> Health:
    node, npx = find_program("node"), find_program("npx")
    hint = 'install Node.js, or `pip install "mcp-hub-launch[node]"`'
    if not (node and npx):
        return Health(Level.MISSING, f"no {'npx' if node else 'node'}: servers of npm do not start", hint)
    version = _said([node, "--version"])
    major = version.removeprefix("v").partition(".")[0]
    if not major.isdecimal() or int(major) < MIN_NODE:
        return Health(Level.BAD, f"node {version or 'does not run'}; many servers need {MIN_NODE}", hint)
    return Health(Level.OK, f"node {version} at {node}")


def _uv(settings: Settings, environ: Environ) -> Health:
    uv = find_program("uvx") and find_program("uv")
    if not uv:
        return Health(Level.MISSING, "no uv: servers of PyPI do not start", '`pip install "mcp-hub-launch[uv]"`')
    version = _said([uv, "--version"])
    return (
        Health(Level.OK, f"{version} at {uv}") if version else Health(Level.BAD, f"{uv} does not run", "reinstall it")
    )


def _engine(settings: Settings, environ: Environ) -> Health:
    try:
        engine = engine_of(Context.of_this_machine(Path, settings.work_dir))
    except HubError as error:
        return Health(Level.MISSING, f"{error.message}: images do not start", error.hint)
    version = _said([*engine.command("version", "--format", "{{.Server.Version}}")]) or _said(
        [*engine.command("version", "--format", "{{.Version}}")]
    )
    if not version:
        return Health(Level.BAD, f"{engine.program} is there and its engine does not answer", "is its service running?")
    return Health(Level.OK, f"{engine.name} {version}")


def _sandbox(settings: Settings, environ: Environ) -> Health:
    tier, stronger = best()
    why = "; ".join(f"{name}: {reason}" for name, reason in stronger.items())
    if settings.sandbox == "off":
        return Health(Level.BAD, "HUB_SANDBOX is off: servers can do what you can", "unset it")
    if tier.name == "none":
        hint = (
            "install bubblewrap" if stronger.get("bwrap") else "there is none for this system yet: start what you trust"
        )
        return Health(Level.BAD, f"none: servers can do what you can ({why or 'none is known'})", hint)
    return Health(Level.OK, tier.name, f"stronger: {why}" if why else "")


def _keyring(settings: Settings, environ: Environ) -> Health:
    found = system_keyring()
    if found is None:
        hint = 'on a desktop `pip install "mcp-hub-launch[keyring]"`; elsewhere give secrets as environment variables'
        return Health(Level.MISSING, "none: secrets cannot be kept", hint)
    return Health(Level.OK, type(found).__module__)


def _network(settings: Settings, environ: Environ) -> Health:
    proxies = [name for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy") if environ.get(name)]
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"):
        if environ.get(name) and not Path(environ[name]).is_file():
            return Health(Level.BAD, f"{name} names {environ[name]}, which is no file", "correct or unset it")
    return Health(Level.OK, f"through the proxy of {proxies[0]}" if proxies else "no proxy is set")


def _clock(settings: Settings, environ: Environ) -> Health:
    today = time.strftime("%Y-%m-%d")
    if today < _BUILT:
        return Health(Level.BAD, f"it is {today} here, before this launcher was made", "set the clock")
    return Health(Level.OK, today)


def _folders(settings: Settings, environ: Environ) -> Health:
    for folder in (settings.cache_dir, settings.state_dir, settings.config_dir):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            return Health(Level.BAD, f"{folder} cannot be written: {error.strerror or error}", "free or correct it")
    return Health(Level.OK, f"{settings.cache_dir}, {settings.state_dir}, {settings.config_dir}")


def _registries(settings: Settings, environ: Environ) -> Health:
    try:
        registries = Registries.open(settings)
    except HubError as error:
        return Health(Level.BAD, error.message, error.hint)
    names = ", ".join(f"{one.name}: {counted(len(one.index.ids), 'server')}" for one in registries.registries)
    stale = "; ".join(registries.notices)
    return Health(Level.OK, names, stale)


def _port(settings: Settings, environ: Environ) -> Health:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((DEFAULT_HOST, DEFAULT_PORT))
        except OSError:
            said = f"{DEFAULT_PORT} is in use: a hub that runs, or something else"
            return Health(Level.MISSING, said, "`--port 0` finds a free one")
    return Health(Level.OK, f"{DEFAULT_PORT} is free")


def _said(command: list[str]) -> str:
    """The first line that a program prints; empty if it does not end well and soon."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().partition("\n")[0]


CHECKS: Mapping[str, Check] = {
    "python": _python,
    "node": _node,
    "uv": _uv,
    "containers": _engine,
    "sandbox": _sandbox,
    "keyring": _keyring,
    "network": _network,
    "clock": _clock,
    "folders": _folders,
    "registries": _registries,
    "port": _port,
}
