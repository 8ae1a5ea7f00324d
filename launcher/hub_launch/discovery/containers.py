"""Running containers with a label of MCP, by the machine's container engine."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hub_launch.clients.mcp_json import id_of
from hub_launch.discovery.found import Discovered, Outcome
from hub_launch.errors import HubError
from hub_launch.plan import Context
from hub_launch.plan.engine import Engine, engine_of
from hub_launch.plan.oci import SERVER_LABEL
from hub_launch.text import command_line, telling_line

# The official registry's mark of ownership, Docker's catalog, and ToolHive's containers.
NAME_LABEL = "io.modelcontextprotocol.server.name"
LABELS = (NAME_LABEL, "io.docker.server.metadata", "toolhive")
# An engine that hangs is no reason not to tell what else was found.
ASK_SECONDS = 15


def find(context: Context) -> Outcome:
    """The containers that run."""
    try:
        engine = engine_of(context)
        numbers = sorted({one for label in LABELS for one in _ask(engine, *_listing(label)).split()})
        described = json.loads(_ask(engine, "inspect", *numbers)) if numbers else []
    except HubError as error:
        return Outcome(notes=(f"containers were not looked at: {error.message}",))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return Outcome(notes=(f"containers were not looked at: {_reason(error)}",))
    return Outcome(tuple(one for found in described for one in _discovered(found, engine)))


def _listing(label: str) -> tuple[str, ...]:
    return "ps", "--quiet", "--no-trunc", "--filter", f"label={label}"


def _ask(engine: Engine, *words: str) -> str:
    done = subprocess.run(
        engine.command(*words), capture_output=True, text=True, timeout=ASK_SECONDS, check=True, errors="replace"
    )
    return done.stdout


def _reason(error: Exception) -> str:
    said = telling_line(error.stderr) if isinstance(error, subprocess.CalledProcessError) else ""
    return said or str(error)


def _discovered(described: Mapping[str, Any], engine: Engine) -> Iterator[Discovered]:
    config = described.get("Config") or {}
    labels = config.get("Labels") or {}
    if SERVER_LABEL in labels:
        # A hub started it, from a registry.
        return
    name = str(described.get("Name", "")).removeprefix("/")
    image = str(described.get("ImageName") or config.get("Image") or "")
    title = str(labels.get(NAME_LABEL, "")).rpartition("/")[2]
    server = _server(described, image, engine)
    what = server["url"] if "url" in server else f"{command_line([server['command'], *server['args']])}: one of its own"
    id_ = id_of(title) or id_of(name) or "container"
    yield Discovered("container", id_, f"{engine.name} {name}", what, server=server)


def _server(described: Mapping[str, Any], image: str, engine: Engine) -> dict[str, Any]:
    """The port that it publishes; without one it speaks over pipes, and is started anew for that."""
    ports = (described.get("NetworkSettings") or {}).get("Ports") or {}
    for bindings in ports.values():
        for one in bindings or ():
            if one.get("HostPort"):
                return {"url": f"http://127.0.0.1:{one['HostPort']}/mcp"}
    return {"command": Path(engine.program).name, "args": ["run", "--interactive", "--rm", image]}
