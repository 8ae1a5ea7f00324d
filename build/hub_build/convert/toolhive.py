"""ToolHive's registry JSON: `servers` are images, `remote_servers` run elsewhere."""

from collections.abc import Iterator
from typing import Any

from hub_build.convert.docker import found_in
from hub_build.convert.fields import Fields
from hub_build.convert.imported import Imported, Kind, Note
from hub_build.convert.names import categories_of, name_part, repository_of, title_of
from hub_build.convert.toolhive_write import write

__all__ = ["detect", "read", "write"]

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
