"""The seed form, a `servers.yaml`: servers by name or in a list, from packages, addresses or OpenAPI documents."""

from collections.abc import Iterator
from typing import Any

from hub_build.convert.commands import Refusal, arguments_of, package_of
from hub_build.convert.fields import Fields, as_text
from hub_build.convert.imported import Imported, Kind, Note
from hub_build.convert.names import categories_of, name_part, official_name, repository_of, tags_of, title_of
from hub_build.convert.secrets import asked
from hub_build.convert.seed_openapi import read_openapi
from hub_build.convert.seed_write import write
from hub_build.convert.templates import sole_placeholder, with_variables

__all__ = ["detect", "read", "write"]

# A namespace that nobody can own: a person puts their own in its place.
LOCAL_NAMESPACE = "local.servers-yaml"

_MARKS = frozenset(
    "registry_name registry_type package identifier package_arguments openapi_config openapi_url routing_rules".split()
)
_REMOTE = frozenset(["type", "url"])
_REGISTRIES = {
    "npm": "npm",
    "npx": "npm",
    "pypi": "pypi",
    "uvx": "pypi",
    "python": "pypi",
    "docker": "oci",
    "oci": "oci",
    "nuget": "nuget",
    "mcpb": "mcpb",
}
_REMOTES = {
    "http": "streamable-http",
    "streamable-http": "streamable-http",
    "streamable_http": "streamable-http",
    "remote": "streamable-http",
    "sse": "sse",
}


def detect(document: dict[str, Any]) -> bool:
    """Servers in a list or by name, some of them with keys that only this form has, or of a type with an address."""
    return any(isinstance(one, dict) and (_MARKS & one.keys() or one.keys() >= _REMOTE) for _, one in _listed(document))


def _listed(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    servers = document.get("servers", document)
    if isinstance(servers, dict):
        yield from servers.items()
    elif isinstance(servers, list):
        for number, server in enumerate(servers):
            name = as_text(server.get("name")) if isinstance(server, dict) else None
            yield name or f"servers.{number}", server


def read(document: dict[str, Any]) -> Iterator[Imported]:
    """Every server."""
    for name, server in _listed(document):
        notes: list[Note] = []
        fields = Fields(server, name, notes)
        if not isinstance(server, dict):
            fields.note(Kind.REFUSED, name, "", "a server is a mapping")
        entry = _entry(name, fields) if isinstance(server, dict) else None
        if entry is not None:
            fields.close()
        yield Imported(name, entry, tuple(notes))


def _entry(name: str, server: Fields) -> dict[str, Any] | None:
    started = _started(server)
    if isinstance(started, Refusal):
        server.note(Kind.REFUSED, server.where("type"), started.value, started.because)
        return None
    return _about(name, server, started) | started


def _started(server: Fields) -> dict[str, Any] | Refusal:
    kind = (server.text("type") or server.text("registry_name") or server.text("registry_type")).lower()
    registry = server.text("registry_name").lower() or server.text("registry_type").lower() or kind
    if kind == "openapi" or registry == "openapi" or "openapi_config" in server or "openapi_url" in server:
        return read_openapi(server)
    if registry in _REGISTRIES:
        return _package(_REGISTRIES[registry], server)
    if "command" in server:
        package = package_of(server)
        return package if isinstance(package, Refusal) else {"packages": [package | _environment(server)]}
    if "url" in server:
        return {"remotes": [{"type": _REMOTES.get(kind, "streamable-http"), "url": server.text("url")}]}
    return Refusal(kind, "it names no package, address or OpenAPI document that an entry could hold")


def _package(kind: str, server: Fields) -> dict[str, Any]:
    package: dict[str, Any] = {
        "registryType": kind,
        "identifier": server.text("package") or server.text("identifier") or server.text("package_name"),
    }
    version = server.raw("version") if kind != "oci" else None
    if version is not None and as_text(version) not in ("latest", ""):
        package["version"] = server.text("version")
    elif version is not None:
        server.note(Kind.LOST, server.where("version"), version, "not one exact version")
    words = _arguments(server)
    package |= {"transport": {"type": "stdio"}, **({"packageArguments": words} if words else {})}
    return {"packages": [package | _environment(server)]}


def _arguments(server: Fields) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    given = server.raw("package_arguments") or server.raw("args") or []
    for word in given if isinstance(given, list) else [given]:
        text = as_text(word)
        if isinstance(word, dict):
            found.append({_camel(key): value for key, value in word.items()})
        elif text is not None and sole_placeholder(text):
            found.append({"type": "positional", "valueHint": sole_placeholder(text).lower(), "isRequired": True})
        elif text is not None:
            found += arguments_of([text], server)
        else:
            server.note(Kind.LOST, server.where("package_arguments"), word, "not an argument")
    return found


def _camel(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _environment(server: Fields) -> dict[str, Any]:
    """Environment variables: by name with a value, or in a list with a description."""
    key = "env" if "env" in server else "environment_variables"
    given = server.raw(key)
    if isinstance(given, list):
        found = [_described(one) for one in server.each(key)]
    else:
        found = [_valued(name, value, server, key) for name, value in server.pairs(key).items()]
    found = [one for one in found if one.get("name")]
    return {"environmentVariables": found} if found else {}


def _described(fields: Fields) -> dict[str, Any]:
    parts = {"description": fields.text("description"), "default": fields.text("default")}
    found: dict[str, Any] = {"name": fields.text("name"), **{key: value for key, value in parts.items() if value}}
    for theirs, ours in (("required", "isRequired"), ("secret", "isSecret")):
        flag = fields.flag(theirs)
        if flag:
            found[ours] = True
    return found


def _valued(name: str, value: str, server: Fields, key: str) -> dict[str, Any]:
    if not value or sole_placeholder(value):
        return {"isRequired": True} | asked(name)
    if asked(name).get("isSecret"):
        server.note(Kind.LOST, server.where(f"{key}.{name}"), "", "a credential: every user gives their own")
        return asked(name)
    return {"name": name, **with_variables(value, lambda _: {"isRequired": True})}


def _about(name: str, server: Fields, started: dict[str, Any]) -> dict[str, Any]:
    last = name_part(name.rpartition("/")[2]) or "server"
    address = server.text("repository") or server.text("repository_url")
    remote = (started.get("remotes") or [{}])[0].get("url", "")
    api = started.get("openapi", {}).get("baseUrl", "")
    made = name if "/" in name else official_name(address or remote or api, last) or f"{LOCAL_NAMESPACE}/{last}"
    server.raw("name")
    if made != name:
        server.note(Kind.GUESSED, "name", made, f"from {address or remote or api or name}")
    version = server.text("version") or (started.get("packages") or [{}])[0].get("version", "")
    words = [*server.texts("categories"), *server.texts("category")]
    parts = {
        "name": made,
        "title": server.text("title") or title_of(last),
        "description": server.text("description"),
        "version": "" if version == "latest" else version,
        "license": server.text("license"),
        "repository": repository_of(address),
        "maintainers": server.texts("maintainers"),
        "categories": categories_of(words),
        "tags": tags_of(server.texts("tags")),
    }
    if "title" not in server:
        server.note(Kind.GUESSED, "title", parts["title"], f"from {name}")
    for word in words:
        if not categories_of([word]):
            server.note(Kind.LOST, server.where("categories"), word, "none of our categories")
    if address and not parts["repository"]:
        server.note(Kind.LOST, server.where("repository"), address, "not a repository on GitHub or GitLab")
    return {key: value for key, value in parts.items() if value}
