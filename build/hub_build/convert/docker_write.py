"""An entry as Docker's `server.yaml`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub_build.convert.carried import Carried, unwritten
from hub_build.convert.imported import Kind, Note
from hub_launch.catalog import Entry, Package, Remote
from hub_launch.catalog.inputs import VARIABLE_PATTERN, InputWithVariables
from hub_launch.errors import HubError

_VARIABLE = re.compile(VARIABLE_PATTERN)
_CARRIED = Carried(
    "a server.yaml has no place for it",
    frozenset(
        "id title description documentation repository icons categories tags packages remotes permissions".split()
    ),
    {
        "categories": frozenset(),
        "icons": frozenset(["src"]),
        "repository": frozenset(["url", "source", "subfolder"]),
        "packages": frozenset(["registryType", "identifier", "packageArguments", "environmentVariables"]),
        "remotes": frozenset(["type", "url", "headers"]),
    },
)


def write(entries: Sequence[Entry]) -> tuple[dict[str, Any], list[Note]]:
    """The one entry: its image, or else its remote server. Raises HubError if it has neither."""
    entry = entries[0]
    package = next((one for one in entry.packages or () if one.registry_type == "oci"), None)
    remote = next(iter(entry.remotes or ()), None)
    if package is None and remote is None:
        raise HubError(f"{entry.id} has neither an image nor a remote server", "a server.yaml holds nothing else")
    document = {
        "name": entry.id,
        **({"image": package.identifier, "type": "server"} if package else {"type": "remote"}),
        "meta": {"category": entry.categories[0], "tags": list(entry.tags or ())},
        "about": _about(entry),
        **_source(entry),
        **(_run(entry, package) if package else _remote(remote)),
    }
    return {key: value for key, value in document.items() if value}, [*_notes(entry, package)]


def _notes(entry: Entry, package: Package | None) -> Iterator[Note]:
    kept = {"packages": [entry.packages.index(package)]} if package and entry.packages else {"remotes": [0]}
    yield from unwritten(entry, _CARRIED, {"categories": [0], "icons": [0], **kept})
    if entry.documentation:
        yield Note(Kind.LOST, f"{entry.id}.description", entry.description, "the documentation takes its place")


def _about(entry: Entry) -> dict[str, Any]:
    icon = entry.icons[0].src if entry.icons else None
    about = {"title": entry.title, "description": entry.documentation or entry.description, "icon": icon}
    return {key: value for key, value in about.items() if value}


def _source(entry: Entry) -> dict[str, Any]:
    if not entry.repository:
        return {}
    folder = {"directory": entry.repository.subfolder} if entry.repository.subfolder else {}
    return {"source": {"project": entry.repository.url, **folder}}


def _run(entry: Entry, package: Package) -> dict[str, Any]:
    settings = _Settings(entry.id)
    words = [word for one in package.package_arguments or () for word in settings.words(one)]
    for variable in package.environment_variables or ():
        settings.variable(variable.name, variable)
    network = entry.permissions.network if entry.permissions else "none"
    run: dict[str, Any] = {"command": words, "volumes": settings.volumes}
    if network == "none":
        run["disableNetwork"] = True
    elif not isinstance(network, str):
        run["allowHosts"] = list(network)
    return {"run": {key: value for key, value in run.items() if value}, "config": settings.config()}


def _remote(remote: Remote | None) -> dict[str, Any]:
    if remote is None:
        return {}
    settings = _Settings("")
    headers = {one.name: settings.header(one) for one in remote.headers or ()}
    found = {"transport_type": remote.type, "url": remote.url, **({"headers": headers} if headers else {})}
    return {"remote": found, "config": settings.config()}


class _Settings:
    """Collects what is asked of the user while the places that use it are written."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._secrets: dict[str, Any] = {}
        self._env: list[dict[str, Any]] = []
        self._parameters: dict[str, Any] = {}
        self._required: list[str] = []
        self.volumes: list[str] = []

    def variable(self, name: str, given: InputWithVariables) -> None:
        if given.is_secret and given.value is None:
            self._secret(name, given)
            return
        example = {"example": given.placeholder} if given.placeholder else {}
        self._env.append({"name": name, **example, "value": self.value(given, name.lower())})

    def words(self, given: Any) -> list[str]:
        flag = getattr(given, "name", None)
        name = flag.lstrip("-") if flag else given.value_hint or "value"
        value = self.value(given, name.replace("-", "_"))
        if given.value is None and given.format == "filepath":
            value = self._mounted(value, into=given.is_repeated)
        return [flag, value] if flag else [value]

    def _mounted(self, placeholder: str, *, into: bool) -> str:
        """A path of the user's is a volume, and the container is told its name in there."""
        inner, end = placeholder.strip("{}"), "|into" if into else ""
        self.volumes.append(f"{{{{{inner}|volume{end}}}}}")
        return f"{{{{{inner}|volume-target{end}}}}}"

    def value(self, given: InputWithVariables, name: str) -> str:
        if given.value is None:
            return self._parameter(name, given)
        known = given.variables or {}
        return _VARIABLE.sub(
            lambda match: self._parameter(match[1], known[match[1]]) if match[1] in known else match[0], given.value
        )

    def header(self, given: InputWithVariables) -> str:
        known: Mapping[str, Any] = given.variables or {}
        if given.value is None:
            name = re.sub(r"\W", "_", getattr(given, "name", "")).upper()
            self._secret(name, given)
            return f"${{{name}}}"
        for name, variable in known.items():
            self._secret(name, variable)
        return _VARIABLE.sub(lambda match: f"${{{match[1]}}}" if match[1] in known else match[0], given.value)

    def config(self) -> dict[str, Any]:
        parameters: dict[str, Any] = {"type": "object", "properties": self._parameters}
        if self._required:
            parameters["required"] = self._required
        config = {"secrets": list(self._secrets.values()), "env": self._env}
        found = {key: value for key, value in config.items() if value}
        return found | ({"parameters": parameters} if self._parameters else {})

    def _secret(self, name: str, given: Any) -> None:
        parts = {"example": given.placeholder, "description": given.description}
        self._secrets[name] = {
            "name": f"{self._server or 'server'}.{name.lower()}",
            "env": name,
            **{key: value for key, value in parts.items() if value},
            "required": given.is_required,
        }

    def _parameter(self, name: str, given: Any) -> str:
        kind = given.format if given.format in ("number", "boolean") else "string"
        parts = {
            "description": given.description,
            "default": given.default,
            "example": given.placeholder,
            "enum": list(given.choices or ()),
        }
        self._parameters[name] = {"type": kind, **{key: value for key, value in parts.items() if value}}
        if given.is_required and name not in self._required:
            self._required.append(name)
        return f"{{{{{self._server}.{name}}}}}"
