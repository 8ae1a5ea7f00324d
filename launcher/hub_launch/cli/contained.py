"""The hub in a container: what Docker Compose and Kubernetes want to have written down. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub_launch.clients.editing import NAME
from hub_launch.config.defaults import DEFAULT_PORT
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.lockfile import NAME as LOCK_NAME
from hub_launch.settings import LOCK_VARIABLE, TOKEN_VARIABLE
from hub_launch.text import printable

# What deploy/Dockerfile makes, to be had from wherever it was put. Nothing in it is written to but its /data and /tmp.
IMAGE = "mcp-hub-launch"
DATA = "/data"
# Where hub.yaml and its lock are in a container, and a registry that is a folder here.
FOLDER = "/hub"
REGISTRY = "/registry"
# Until a cluster's load balancers have noticed; then a call (120 s) and the servers' end have their time.
_DRAIN_SECONDS, _ENDING_SECONDS = 10, 130
# The restricted profile of Kubernetes' Pod Security Standards.
_POD_SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "fsGroup": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


@dataclass(frozen=True)
class Contained:
    """A hub for a container. words: of its command line. files: what it reads in FOLDER, by their names."""

    words: Sequence[str]
    files: Mapping[str, Path] = field(default_factory=dict)
    registry: Path | None = None
    """A folder that it reads as REGISTRY."""
    variables: Path | None = None
    """A file with the variables of its configuration."""

    @property
    def serving(self) -> tuple[str, ...]:
        """Reached from outside of the container, and approved beforehand."""
        return ("--host", "0.0.0.0", "--port", str(DEFAULT_PORT), "--allow-host", NAME, "--yes")  # noqa: S104

    @property
    def environment(self) -> dict[str, str]:
        """Where it keeps what was agreed to, unless it came with a lock: FOLDER cannot be written."""
        return {} if LOCK_NAME in self.files else {LOCK_VARIABLE: f"{DATA}/{LOCK_NAME}"}


def compose(hub: Contained, read: Mapping[str, str]) -> list[Any]:
    """A project with the hub as its service, held as deploy/compose.yaml holds it.

    read: what is in the files, which are mounted instead.
    """
    del read
    mounted = {f"{FOLDER}/{name}": path for name, path in hub.files.items()}
    mounted |= {REGISTRY: hub.registry} if hub.registry else {}
    service: dict[str, Any] = {
        "image": f"${{HUB_IMAGE:-{IMAGE}}}",
        # A dollar is Compose's own.
        "command": [word.replace("$", "$$") for word in (*hub.words, *hub.serving)],
        "environment": {TOKEN_VARIABLE: f"${{{TOKEN_VARIABLE}:?`hub-launch token` makes one}}", **hub.environment},
        "ports": [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"],
        "volumes": [
            *(f"{_escaped(path)}:{place}:ro" for place, path in mounted.items()),
            f"data:{DATA}",
        ],
        "user": "${HUB_USER:-65532:65532}",
        "read_only": True,
        "tmpfs": ["/tmp:mode=1777"],  # noqa: S108
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "restart": "unless-stopped",
        # The hub promises ten.
        "stop_grace_period": "15s",
    }
    if hub.variables:
        service["env_file"] = [_escaped(hub.variables)]
    return [{"services": {NAME: service}, "volumes": {"data": {}}}]


def kubernetes(hub: Contained, read: Mapping[str, str]) -> list[Any]:
    """A ConfigMap with the files, a Deployment and a Service. Raises HubError (exit 2) for a registry's folder."""
    if hub.registry:
        raise HubError(
            f"The registry is a folder of this machine, {printable(str(hub.registry))}, which no cluster has",
            "serve it as any static site, and name its address with --registry",
            ExitCode.USAGE,
        )
    labels = {"app": NAME}
    meta = {"name": NAME, "labels": labels}
    # One: several share sessions, for which there is the chart.
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": _pod(hub, with_files=bool(read))},
    }
    port = {"name": "mcp", "port": DEFAULT_PORT, "targetPort": "mcp"}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": dict(read)}
    return [
        *([config] if read else []),
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec},
        {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": labels, "ports": [port]}},
    ]


def _pod(hub: Contained, *, with_files: bool) -> dict[str, Any]:
    """The hub's pod. with_files: those of the ConfigMap are in FOLDER."""
    volumes: list[dict[str, Any]] = [{"name": "data", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}]
    mounts: list[dict[str, Any]] = [
        {"name": "data", "mountPath": DATA},
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108
    ]
    if with_files:
        volumes.append({"name": "config", "configMap": {"name": NAME}})
        mounts.append({"name": "config", "mountPath": FOLDER, "readOnly": True})
    return {
        "automountServiceAccountToken": False,
        "securityContext": _POD_SECURITY,
        "terminationGracePeriodSeconds": _DRAIN_SECONDS + _ENDING_SECONDS,
        "volumes": volumes,
        "containers": [_container(hub) | {"volumeMounts": mounts}],
    }


def _container(hub: Contained) -> dict[str, Any]:
    return {
        "name": "hub",
        "image": IMAGE,
        "args": [*hub.words, *hub.serving, f"--drain={_DRAIN_SECONDS}"],
        # One secret for the token and for the variables of hub.yaml.
        "envFrom": [{"secretRef": {"name": NAME}}],
        "env": [{"name": name, "value": value} for name, value in hub.environment.items()],
        "ports": [{"name": "mcp", "containerPort": DEFAULT_PORT}],
        # Five minutes for packages to be fetched.
        "startupProbe": {"httpGet": _probe("/readyz"), "periodSeconds": 2, "failureThreshold": 150},
        "readinessProbe": {"httpGet": _probe("/readyz"), "periodSeconds": 3, "failureThreshold": 1},
        "livenessProbe": {"httpGet": _probe("/livez")},
        "securityContext": _CONTAINER_SECURITY,
    }


def _probe(path: str) -> dict[str, Any]:
    return {"path": path, "port": "mcp"}


def _escaped(path: Path) -> str:
    return str(path).replace("$", "$$")
