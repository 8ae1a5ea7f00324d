"""Entries as ToolHive's registry JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from hub_build.convert.carried import Carried, unwritten
from hub_build.convert.imported import Kind, Note, told
from hub_launch.catalog import Entry, Package, Remote

_CARRIED = Carried(
    "ToolHive's registry has no place for it",
    frozenset(
        "id name title description documentation status license websiteUrl repository tags packages remotes "
        "permissions".split()
    ),
    {
        "repository": frozenset(["url", "source"]),
        "packages": frozenset(["registryType", "identifier", "transport", "packageArguments", "environmentVariables"]),
        "remotes": frozenset(["type", "url", "headers"]),
        "permissions": frozenset(["network"]),
    },
)


def write(entries: Sequence[Entry]) -> tuple[dict[str, Any], list[Note]]:
    """The entries with an image, and those that run elsewhere."""
    images: dict[str, Any] = {}
    remotes: dict[str, Any] = {}
    notes: list[Note] = []
    for entry in entries:
        package = next((one for one in entry.packages or () if one.registry_type == "oci"), None)
        if package:
            images[entry.id] = _written(entry) | _written_image(entry, package)
        elif entry.remotes:
            remotes[entry.id] = _written(entry) | _written_remote(entry.remotes[0])
        else:
            notes.append(Note(Kind.REFUSED, entry.id, "", "it has neither an image nor a remote server"))
            continue
        notes += _notes(entry, package)
    return {"version": "1.0.0", "servers": images, "remote_servers": remotes}, notes


def _notes(entry: Entry, package: Package | None) -> Iterator[Note]:
    kept = {"packages": [entry.packages.index(package)]} if package and entry.packages else {"remotes": [0]}
    yield from unwritten(entry, _CARRIED, kept)
    asked = [one for one in (package.package_arguments if package else None) or () if one.value is None]
    for one in asked:
        value = one.model_dump(mode="json", exclude_unset=True)
        because = "ToolHive's arguments are fixed: its users add their own"
        yield Note(Kind.LOST, f"{entry.id}.packageArguments", told(value), because)


def _written(entry: Entry) -> dict[str, Any]:
    custom = {"license": entry.license, **({"homepage": entry.website_url} if entry.website_url else {})}
    parts = {
        "name": entry.name,
        "title": entry.title,
        "description": entry.description,
        "overview": entry.documentation,
        "status": "Active" if entry.status == "active" else "Deprecated",
        "tags": list(entry.tags or ()),
        "repository_url": entry.repository.url if entry.repository else None,
        "custom_metadata": custom,
    }
    return {key: value for key, value in parts.items() if value}


def _written_image(entry: Entry, package: Package) -> dict[str, Any]:
    values = [getattr(one, "value", None) for one in package.package_arguments or ()]
    parts = {
        "image": package.identifier,
        "transport": package.transport.type,
        "args": [value for value in values if value],
        "env_vars": [_written_input(one) for one in package.environment_variables or ()],
        "permissions": _written_permissions(entry),
    }
    return {key: value for key, value in parts.items() if value}


def _written_permissions(entry: Entry) -> dict[str, Any]:
    network = entry.permissions.network if entry.permissions else "none"
    if network == "any":
        return {"network": {"outbound": {"insecure_allow_all": True}}}
    if isinstance(network, str):
        return {}
    hosts = [host.partition(":")[0].removeprefix("*") for host in network]
    ports = list(dict.fromkeys(int(host.partition(":")[2]) for host in network if ":" in host))
    outbound = {"allow_host": list(dict.fromkeys(hosts)), **({"allow_port": ports} if ports else {})}
    return {"network": {"outbound": outbound}}


def _written_remote(remote: Remote) -> dict[str, Any]:
    headers = [_written_input(one) for one in remote.headers or ()]
    return {"transport": remote.type, "url": remote.url, **({"headers": headers} if headers else {})}


def _written_input(given: Any) -> dict[str, Any]:
    parts = {"name": given.name, "description": given.description, "default": given.default or given.value}
    flags = {"required": given.is_required, "secret": given.is_secret}
    return {key: value for key, value in (parts | flags).items() if value}
