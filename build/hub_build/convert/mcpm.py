"""mcpm's server JSON: one server, or a mapping of servers by name."""

from collections.abc import Iterator, Sequence
from typing import Any

from hub_build.convert.carried import Carried, unwritten
from hub_build.convert.commands import COMMAND_PARTS, Refusal, command_of, package_of
from hub_build.convert.fields import Fields
from hub_build.convert.imported import Imported, Kind, Note
from hub_build.convert.names import categories_of, name_part, official_name, repository_of, tags_of, title_of
from hub_build.convert.secrets import asked
from hub_build.convert.templates import with_variables
from hub_launch.catalog import Entry

_LEFT = ("author", "homepage", "examples", "tools", "resources", "prompts", "is_official", "is_archived")
_CARRIED = Carried(
    "mcpm has no place for it",
    frozenset("id title description license repository categories tags packages".split()),
    {"repository": frozenset(["url", "source"]), "packages": COMMAND_PARTS},
)
_INSTALLATIONS = {"npx": "npm", "uvx": "uvx", "docker": "docker"}


def detect(document: dict[str, Any]) -> bool:
    """A server with `installations`, or a mapping of such."""
    return "installations" in document or any(
        isinstance(one, dict) and "installations" in one for one in document.values()
    )


def read(document: dict[str, Any]) -> Iterator[Imported]:
    """The one server, or every one of the mapping."""
    servers = {str(document.get("name", "server")): document} if "installations" in document else document
    for name, server in servers.items():
        notes: list[Note] = []
        fields = Fields(server, name if server is not document else "", notes)
        entry = _entry(name, fields)
        fields.close()
        yield Imported(name, entry, tuple(notes))


def _entry(name: str, server: Fields) -> dict[str, Any] | None:
    server.raw("name")
    arguments = server.members("arguments")
    packages = _packages(server, arguments)
    if not packages:
        reason = "no installation is a published package"
        server.note(Kind.REFUSED, server.where("installations"), "", reason)
        return None
    entry = _about(name, server)
    version = packages[0].get("version")
    if version:
        server.note(Kind.GUESSED, "version", version, "that of the package")
        entry["version"] = version
    for key in _LEFT:
        server.drop(key, "an entry has no place for it")
    return {**entry, "packages": packages}


def _about(name: str, server: Fields) -> dict[str, Any]:
    repository = server.fields("repository") if isinstance(server.raw("repository"), dict) else None
    if repository:
        repository.raw("type")
    address = repository.text("url") if repository else server.text("repository")
    found = repository_of(address)
    parts = {
        "name": official_name(address, name_part(name.rpartition("/")[2])),
        "title": server.text("display_name") or title_of(name),
        "description": server.text("description"),
        "license": server.text("license"),
        "repository": found,
        "categories": categories_of(words := server.texts("categories")),
        "tags": tags_of(server.texts("tags")),
    }
    if address and not found:
        server.note(Kind.LOST, server.where("repository"), address, "not a repository on GitHub or GitLab")
    for word in words:
        if not categories_of([word]):
            server.note(Kind.LOST, server.where("categories"), word, "none of our categories")
    for key, source in (("name", address), ("categories", ", ".join(words))):
        if parts[key]:
            server.note(Kind.GUESSED, key, parts[key], f"from {source}")
    return {key: value for key, value in parts.items() if value}


def _packages(server: Fields, arguments: dict[str, Fields]) -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = []
    for installation in server.members("installations").values():
        installation.raw("type")
        for key in ("recommended", "description"):
            installation.drop(key, "packages are in the order of preference")
        package = package_of(installation)
        if isinstance(package, Refusal):
            installation.note(Kind.LOST, installation.where("command"), package.value, package.because)
            installation.pairs("env")
        elif package not in packages:
            packages.append(_with_settings(package, installation, arguments))
    return packages


def _with_settings(package: dict[str, Any], installation: Fields, arguments: dict[str, Fields]) -> dict[str, Any]:
    known = {name: _input(name, fields) for name, fields in arguments.items()}
    for word in package.get("packageArguments", ()):
        if "value" in word:
            word |= with_variables(word["value"], lambda name: dict(known.get(name, {"isRequired": True})))
    values = installation.pairs("env")
    named = [one["name"] for one in package.pop("environmentVariables", [])]
    variables = [_variable(name, values.get(name, ""), known) for name in dict.fromkeys([*values, *named])]
    return package | ({"environmentVariables": variables} if variables else {})


def _variable(name: str, value: str, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if value in ("", f"${{{name}}}"):
        return asked(name) | known.get(name, {})
    return {"name": name, **with_variables(value, lambda one: dict(known.get(one, {"isRequired": True})))}


def _input(name: str, fields: Fields) -> dict[str, Any]:
    parts = {"description": fields.text("description"), "placeholder": fields.text("example")}
    found: dict[str, Any] = {key: value for key, value in parts.items() if value}
    if fields.flag("required"):
        found["isRequired"] = True
    if asked(name).get("isSecret"):
        fields.note(Kind.GUESSED, fields.where("isSecret"), "true", "it sounds like a credential")
        found["isSecret"] = True
    return found


def write(entries: Sequence[Entry]) -> tuple[dict[str, Any], list[Note]]:
    """One entry as a server, several as a mapping of servers by name."""
    notes: list[Note] = []
    written = {entry.id: one for entry in entries if (one := _server(entry, notes))}
    return (next(iter(written.values())) if len(written) == 1 else written), notes


def _server(entry: Entry, notes: list[Note]) -> dict[str, Any] | None:
    installations: dict[str, Any] = {}
    arguments: dict[str, Any] = {}
    written: list[int] = []
    for number, package in enumerate(entry.packages or ()):
        command = command_of(package)
        if command is None or (kind := _INSTALLATIONS[command["command"]]) in installations:
            continue
        written.append(number)
        env = {one.name: f"${{{one.name}}}" for one in package.environment_variables or ()}
        arguments |= {one.name: _argument(one) for one in package.environment_variables or ()}
        installations[kind] = {"type": kind, **command, **({"env": env} if env else {})}
    if not installations:
        notes.append(Note(Kind.REFUSED, entry.id, "", "it has no package that mcpm can start"))
        return None
    notes += unwritten(entry, _CARRIED, {"packages": written})
    parts = {
        "name": entry.id,
        "display_name": entry.title,
        "description": entry.description,
        "repository": {"type": "git", "url": entry.repository.url} if entry.repository else None,
        "license": entry.license,
        "categories": [title_of(category) for category in entry.categories],
        "tags": list(entry.tags or ()),
        "installations": installations,
        "arguments": arguments,
    }
    return {key: value for key, value in parts.items() if value}


def _argument(given: Any) -> dict[str, Any]:
    parts = {"description": given.description, "required": given.is_required, "example": given.placeholder}
    return {key: value for key, value in parts.items() if value is not None}
