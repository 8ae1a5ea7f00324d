"""Servers as values of the Helm chart in deploy/helm/mcp-hub. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from hub_launch.catalog import Entry
from hub_launch.errors import ExitCode, HubError


def chart_values(
    entries: Sequence[Entry], given: Mapping[str, Mapping[str, Sequence[str]]], registry: str
) -> dict[str, Any]:
    """The values for these servers. given: server -> parameter -> values. registry: its https address; empty for the
    built-in one.

    Raises HubError (exit 2) for a server that no pod can start, and a registry that no cluster can reach.
    """
    if registry and not registry.startswith("https://"):
        raise HubError(
            "The registry has no https address, and no cluster reads any other",
            "serve it as any static site, and name its address with --registry",
            ExitCode.USAGE,
        )
    values: dict[str, Any] = {"registry": registry} if registry else {}
    return {**values, "servers": {one.id: _server(one, given.get(one.id, {})) for one in entries}}


def _server(entry: Entry, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    kinds = {package.registry_type for package in entry.packages or ()}
    if kinds and kinds <= {"oci"}:
        raise HubError(
            f"{entry.id} is a container image, and within a pod there is nothing that starts one",
            "give it a Deployment of its own, and its address to the hub: `hub.servers` of the chart's values",
            ExitCode.USAGE,
        )
    server: dict[str, Any] = {"version": entry.version, "permissions": {"network": _network(entry)}}
    if given:
        server["set"] = {name: list(texts) if len(texts) > 1 else texts[0] for name, texts in given.items()}
    if secrets := _secrets(entry):
        server["secretEnv"] = {name: {"secret": entry.id, "key": name} for name in secrets}
    return server


def _network(entry: Entry) -> Any:
    """What the entry asks for; of remote servers alone it is where they are."""
    if not entry.packages and entry.remotes:
        return [urlsplit(one.url).netloc.rpartition("@")[2] for one in entry.remotes]
    network = entry.permissions.network if entry.permissions else "none"
    return list(network) if isinstance(network, tuple) else network


def _secrets(entry: Entry) -> list[str]:
    """The variables that it must have and nobody else may see: of the package that is tried first."""
    declared = (entry.packages[0].environment_variables if entry.packages else None) or ()
    return [one.name for one in declared if one.is_secret and one.is_required]
