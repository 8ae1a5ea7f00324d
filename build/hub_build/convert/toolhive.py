"""ToolHive's registry JSON: `servers` are images, `remote_servers` run elsewhere."""

from collections.abc import Iterator, Sequence
from typing import Any

from hub_build.convert.docker import found_in
from hub_build.convert.fields import Fields
from hub_build.convert.imported import Imported, Kind, Note, told
from hub_build.convert.names import categories_of, name_part, repository_of, title_of
from hub_launch.catalog import Entry, Package, Remote

# ToolHive's own converter to server.json puts its servers there.
NAMESPACE = "io.github.stacklok"
# The port a container answers on where the registry does not say.
DEFAULT_PORT = 8080

_PARTS = ("servers", "remote_servers")
_PATHS = {"streamable-http": "/mcp", "sse": "/sse"}
_STATUS = {"active": "active", "deprecated": "deprecated"}
_LEFT = ("tier", "tools", "metadata", "provenance", "docker_tags", "proxy_port", "oauth_config", "tool_definitions")


def detect(document: dict[str, Any]) -> bool:
    """Servers by name that have an image, or remote servers by name."""
    remotes, servers = document.get("remote_servers"), document.get("servers")
    if isinstance(remotes, dict):
        return True
    return isinstance(servers, dict) and any(isinstance(one, dict) and "image" in one for one in servers.values())


def read(document: dict[str, Any]) -> Iterator[Imported]:
    """Every server, images first."""
    for part in _PARTS:
        servers = document.get(part)
        for name, server in (servers if isinstance(servers, dict) else {}).items():
            notes: list[Note] = []
            fields = Fields(server, f"{part}.{name}", notes)
            entry = _entry(name, fields)
            fields.close()
            yield Imported(name, entry, tuple(notes))


def _entry(name: str, server: Fields) -> dict[str, Any]:
    entry = _about(name, server)
    entry |= _remote(server) if "url" in server else _image(server)
    for key in _LEFT:
        server.drop(key, "an entry has no place for it")
    return entry


def _about(name: str, server: Fields) -> dict[str, Any]:
    given = server.text("name")
    made = given if "/" in given else f"{NAMESPACE}/{name_part(name)}"
    if made != given:
        server.note(Kind.GUESSED, "name", made, "as ToolHive's own converter names it")
    custom = server.fields("custom_metadata")
    homepage = custom.text("homepage")
    parts = {
        "name": made,
        "title": server.text("title") or title_of(name),
        "description": server.text("description"),
        "documentation": server.text("overview"),
        "license": custom.text("license"),
        "websiteUrl": homepage if homepage.startswith("https://") else "",
    }
    entry: dict[str, Any] = {key: value for key, value in parts.items() if value}
    if not server.text("title"):
        server.note(Kind.GUESSED, "title", entry["title"], "from the name")
    return entry | _found(server) | _repository(server) | _status(server)


def _found(server: Fields) -> dict[str, Any]:
    tags = server.texts("tags")
    entry = found_in(server, "", tags)
    categories = categories_of(tags)
    if categories:
        entry["categories"] = categories
        server.note(Kind.GUESSED, "categories", ", ".join(categories), "from the tags")
    return entry


def _repository(server: Fields) -> dict[str, Any]:
    address = server.text("repository_url")
    found = repository_of(address)
    if address and found is None:
        server.note(Kind.LOST, server.where("repository_url"), address, "not a repository on GitHub or GitLab")
    return {"repository": found} if found else {}


def _status(server: Fields) -> dict[str, Any]:
    given = server.text("status")
    status = _STATUS.get(given.lower(), "")
    if given and not status:
        server.note(Kind.LOST, server.where("status"), given, "not a status of ours")
    return {"status": status} if status == "deprecated" else {}


def _image(server: Fields) -> dict[str, Any]:
    image = server.text("image")
    package: dict[str, Any] = {"registryType": "oci", "identifier": image, "transport": _transport(server)}
    words: list[dict[str, Any]] = [{"type": "positional", "value": word} for word in server.texts("args")]
    variables = [_input(one) for one in server.each("env_vars")]
    parts = {"packageArguments": words, "environmentVariables": variables}
    package |= {key: value for key, value in parts.items() if value}
    tag = image.partition("@")[0].rpartition(":")[2] if ":" in image.rpartition("/")[2] else ""
    entry: dict[str, Any] = {"packages": [package], **_permissions(server.fields("permissions"))}
    if tag and tag != "latest":
        server.note(Kind.GUESSED, "version", tag, "the tag of the image")
        entry["version"] = tag
    return entry


def _transport(server: Fields) -> dict[str, Any]:
    kind, port = server.text("transport"), server.text("target_port")
    if kind not in _PATHS:
        return {"type": kind}
    url = f"http://localhost:{port or DEFAULT_PORT}{_PATHS[kind]}"
    server.note(Kind.GUESSED, "packages.0.transport.url", url, "from the port; the path is the usual one")
    return {"type": kind, "url": url}


def _input(fields: Fields) -> dict[str, Any]:
    parts = {"name": fields.text("name"), "description": fields.text("description"), "default": fields.text("default")}
    found: dict[str, Any] = {key: value for key, value in parts.items() if value}
    choices = fields.texts("choices")
    if choices:
        found["choices"] = choices
    for theirs, ours in (("required", "isRequired"), ("secret", "isSecret")):
        if fields.flag(theirs):
            found[ours] = True
    return found


def _permissions(permissions: Fields) -> dict[str, Any]:
    outbound = permissions.fields("network").fields("outbound")
    hosts, ports = outbound.texts("allow_host"), outbound.texts("allow_port")
    if outbound.flag("insecure_allow_all"):
        return {"permissions": {"network": "any"}}
    if not hosts:
        return {}
    # A leading dot is every host below; with several ports, each host may be asked on each.
    names = [f"*{host}" if host.startswith(".") else host for host in hosts]
    return {"permissions": {"network": [f"{name}:{port}" for name in names for port in ports] or names}}


def _remote(server: Fields) -> dict[str, Any]:
    remote: dict[str, Any] = {"type": server.text("transport"), "url": server.text("url")}
    headers = [_input(one) for one in server.each("headers")]
    if headers:
        remote["headers"] = headers
    server.drop("env_vars", "a remote server takes headers alone")
    return {"remotes": [remote]}


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
        notes += _unwritten(entry)
    return {"version": "1.0.0", "servers": images, "remote_servers": remotes}, notes


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


def _unwritten(entry: Entry) -> Iterator[Note]:
    document = entry.model_dump(mode="json", exclude_unset=True)
    for key in ("icons", "maintainers", "categories", "published", "version", "smoke", "update", "openapi", "module"):
        if key in document:
            because = "ToolHive's registry has no place for it"
            yield Note(Kind.LOST, f"{entry.id}.{key}", told(document[key]), because)
