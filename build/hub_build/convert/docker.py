"""Docker's `server.yaml`: an image with its settings, or a remote server."""

from collections.abc import Iterator
from typing import Any

from hub_build.convert.docker_config import Config
from hub_build.convert.docker_write import write
from hub_build.convert.fields import Fields
from hub_build.convert.imported import Imported, Kind, Note
from hub_build.convert.names import (
    categories_of,
    official_name,
    repository_of,
    tags_of,
    title_of,
)
from hub_build.convert.templates import filters_of, sole_placeholder, with_variables

__all__ = ["detect", "read", "write"]

_KINDS = ("server", "remote")


def detect(document: dict[str, Any]) -> bool:
    """It has a type of Docker's beside `about` or `meta`."""
    return document.get("type") in (*_KINDS, "poci") and bool(document.keys() & {"about", "meta"})


def read(document: dict[str, Any]) -> Iterator[Imported]:
    """The one server."""
    notes: list[Note] = []
    server = Fields(document, "", notes)
    name, kind = server.text("name"), server.text("type")
    if kind not in _KINDS or not name:
        reason = "each tool is a container of its own" if kind == "poci" else "it needs a name, and a type"
        yield Imported(name or "server.yaml", None, (Note(Kind.REFUSED, "type", kind, reason),))
        return
    entry = _about(server, name) | _source(server.fields("source"))
    entry |= _image(server) if kind == "server" else _remote(server)
    _name(server, entry, name)
    for key in ("longLived", "oauth", "requirement", "dynamic"):
        server.drop(key, "an entry has no place for it")
    server.close()
    yield Imported(name, entry, tuple(notes))


def _about(server: Fields, name: str) -> dict[str, Any]:
    about, meta = server.fields("about"), server.fields("meta")
    entry: dict[str, Any] = {"title": about.text("title") or title_of(name)}
    description = about.text("description")
    if description:
        entry["description"] = description
    icon = about.text("icon")
    if icon:
        entry["icons"] = [{"src": icon}]
    return entry | found_in(server, meta.text("category"), meta.texts("tags"))


def found_in(fields: Fields, category: str, tags: list[str]) -> dict[str, Any]:
    """Categories and tags of an entry; what is no tag, and a category that is none of ours, is reported."""
    entry: dict[str, Any] = {}
    categories = categories_of([category])
    if categories:
        entry["categories"] = categories
        fields.note(Kind.GUESSED, "categories", ", ".join(categories), f"from the category {category}")
    elif category:
        fields.note(Kind.LOST, "category", category, "none of our categories")
    kept = tags_of(tags)
    if kept:
        entry["tags"] = kept
    for word in tags:
        if word not in kept:
            fields.note(Kind.CONVERTED, "tags", word, "in the letters of tags")
    return entry


def _source(source: Fields) -> dict[str, Any]:
    project = source.text("project")
    repository = repository_of(project) if project else None
    for key in ("branch", "commit", "dockerfile", "upstream"):
        source.drop(key, "an entry says how to start a server, not how its image is built")
    if repository is None:
        if project:
            source.note(Kind.LOST, source.where("project"), project, "not a repository on GitHub or GitLab")
        return {}
    directory = source.text("directory").strip("/")
    if directory and directory != ".":
        repository["subfolder"] = directory
    return {"repository": repository}


def _name(server: Fields, entry: dict[str, Any], name: str) -> None:
    remotes = entry.get("remotes") or [{}]
    address = entry.get("repository", {}).get("url") or remotes[0].get("url", "")
    made = official_name(address, name)
    if made:
        entry["name"] = made
        server.note(Kind.GUESSED, "name", made, f"from {address}")


def _image(server: Fields) -> dict[str, Any]:
    image, run = server.text("image"), server.fields("run")
    config = Config(server.fields("config"))
    package: dict[str, Any] = {"registryType": "oci", "identifier": image, "transport": {"type": "stdio"}}
    words = [_word(word, config, run, "command") for word in run.texts("command")]
    mounted = _volumes(run)
    environment = config.environment() + [
        {"name": name, **_given(value, config, run, "env")} for name, value in run.pairs("env").items()
    ]
    parts = {"packageArguments": words, "environmentVariables": environment}
    package |= {key: value for key, value in parts.items() if value}
    for key in ("user", "ports"):
        run.drop(key, "a launcher decides how containers run")
    config.close()
    permissions = {"network": _network(run), **({"filesystem": "arguments"} if mounted else {})}
    return {"packages": [package], "permissions": permissions, **_tagged(run, image)}


def _volumes(run: Fields) -> bool:
    """Whether the container sees folders that arguments name. The launcher mounts those, and nothing else."""
    named = {sole_placeholder(word) for word in run.texts("command")} - {""}
    mounted = False
    for word in run.texts("volumes"):
        if sole_placeholder(word) in named:
            mounted = True
            run.note(Kind.CONVERTED, run.where("volumes"), word, "permissions.filesystem: arguments")
        else:
            run.note(Kind.LOST, run.where("volumes"), word, "a launcher mounts what arguments name, and nothing else")
    return mounted


def _tagged(run: Fields, image: str) -> dict[str, Any]:
    tag = image.partition("@")[0].rpartition(":")[2] if ":" in image.rpartition("/")[2] else ""
    if not tag or tag == "latest":
        return {}
    run.note(Kind.GUESSED, "version", tag, "the tag of the image")
    return {"version": tag}


def _network(run: Fields) -> str | list[str]:
    hosts = run.texts("allowHosts")
    if run.flag("disableNetwork"):
        return "none"
    if hosts and not any(host.startswith("*:") for host in hosts):
        return hosts
    for host in hosts:
        run.note(Kind.LOST, run.where("allowHosts"), host, "a port of every host: any network is allowed")
    run.note(Kind.GUESSED, "permissions.network", "any", "the source does not restrict the container's network")
    return "any"


def _word(word: str, config: Config, run: Fields, key: str) -> dict[str, Any]:
    asked = config.asked(sole_placeholder(word))
    if not asked:
        return {"type": "positional", **_given(word, config, run, key)}
    name, known = asked
    if filters := filters_of(word):
        known = {**known, "format": "filepath", **({"isRepeated": True} if "into" in filters else {})}
    return {"type": "positional", "valueHint": name, **known}


def _given(word: str, config: Config, run: Fields, key: str) -> dict[str, Any]:
    for one in filters_of(word):
        run.note(Kind.LOST, run.where(key), word, f"the filter {one}")
    return with_variables(word, config.describe)


def _remote(server: Fields) -> dict[str, Any]:
    config = Config(server.fields("config"))
    remote = server.fields("remote")
    kind = remote.text("transport_type")
    found: dict[str, Any] = {"type": "streamable-http" if kind == "http" else kind, "url": remote.text("url")}
    headers = [
        {"name": name, **with_variables(value, config.describe)} for name, value in remote.pairs("headers").items()
    ]
    if headers:
        found["headers"] = headers
    for variable in config.unused():
        server.note(Kind.LOST, "config", variable, "no header or address of the remote server uses it")
    config.close()
    return {"remotes": [found]}
