"""`openapi:<file or address>`: an HTTP API as its own description has it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from hub_build.convert.names import MAX_TITLE, slug
from hub_build.scaffold import common, wording
from hub_build.scaffold.draft import GUESSED, Draft
from hub_build.scaffold.package import with_trial
from hub_build.scaffold.request import Request
from hub_build.scaffold.security import add_auth
from hub_build.scaffold.web import ask
from hub_launch.catalog import sha256_hex
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.api import MANY_TOOLS, operations_of
from hub_launch.judge.findings import Finding
from hub_launch.judge.load import JSON_SPEC, YAML_SPEC, Loaded, load_bytes, load_file

# What clients allow in the name of a tool.
_TOOL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,55}")
_VARIABLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.-]*)\}")


@dataclass(frozen=True, slots=True)
class SpecFacts:
    """A description, and where it is from: an address, or a file with its bytes."""

    document: Mapping[str, Any]
    url: str = ""
    file: Path | None = None
    data: bytes = b""


def from_openapi(text: str, request: Request) -> Draft:
    """`text` is an https address or a path."""
    facts = _fetched(text) if text.startswith("https://") else _read(Path(text))
    version = str(facts.document.get("openapi", ""))
    if not version.startswith("3."):
        told = "it is Swagger 2: convert it first" if "swagger" in facts.document else "it has no `openapi: 3...`"
        raise HubError(f"{text} is no OpenAPI 3 description", told, ExitCode.USAGE)
    draft = drafted(facts, request)
    return with_trial(draft, request.trial(draft))


def drafted(facts: SpecFacts, request: Request) -> Draft:
    """An entry for the API."""
    draft = Draft()
    info = _mapping(facts.document.get("info"))
    host = urlsplit(_base_url(facts)).hostname or ""
    _add_wording(draft, info, host, request)
    common.add_version(draft, str(info.get("version", "")), request)
    stated = _mapping(info.get("license"))
    common.add_license(draft, str(stated.get("identifier") or stated.get("name") or "") or None)
    _add_website(draft, facts.document, info)
    common.add_people(draft, request, None)
    words = [str(_mapping(tag).get("name", "")) for tag in _list(facts.document.get("tags"))]
    common.add_topics(draft, str(info.get("title", "")), draft.document["description"], words)
    draft.known("openapi", _openapi(facts, draft, request))
    _add_network(draft, host)
    unknown = [name for name, one in draft.document["openapi"].get("variables", {}).items() if "default" not in one]
    if unknown:
        alone = draft.document["openapi"]["baseUrl"] == f"{{{unknown[0]}}}"
        values = {name: ["https://api.example.com" if alone else "example"] for name in unknown}
        draft.guessed(
            "smoke", {"arguments": values}, "made up, since listing the tools asks nobody; calls need real ones"
        )
    return draft


def _openapi(facts: SpecFacts, draft: Draft, request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if facts.file is None:
        found = {"url": facts.url, "sha256": sha256_hex(facts.data)}
        draft.remark(("openapi", "sha256"), "Of the description as it is today: a changed one does not start.")
    else:
        found["file"] = _file_name(facts.file, draft, request)
        draft.files = {found["file"]: facts.data}
    found["baseUrl"] = _base_url(facts)
    variables = _variables(facts, found["baseUrl"])
    if variables:
        found["variables"] = variables
    add_auth(found, facts.document, draft)
    names = _names(facts.document)
    if names:
        found["mcpNames"] = names
    number = sum(1 for _ in operations_of(facts.document))
    if number > MANY_TOOLS:
        draft.remark(("openapi",), f"It has {number} operations; assistants choose badly among more than {MANY_TOOLS}: "
                     "leave some out with `routeMaps: [{tags: [admin], mcpType: EXCLUDE}]`.")  # fmt: skip
    return found


def _add_wording(draft: Draft, info: Mapping[str, Any], host: str, request: Request) -> None:
    called = re.sub(
        r"\s*(?:rest|http|web|open)?\s*\bapi\b\s*(?:v?\d[\d.]*)?", " ", str(info.get("title", "")), flags=re.IGNORECASE
    )
    called = " ".join(wording.plain(called).split()).strip(" -:.") or host
    draft.known("id", wording.id_of(slug(called) or "api", request.ids))
    labels = [label for label in host.split(".") if label and label not in ("www", "api")]
    namespace = ".".join(reversed(labels)) if len(labels) > 1 else f"io.github.{request.login or common.UNKNOWN_LOGIN}"
    draft.guessed("name", f"{namespace}/{draft.document['id']}", "a namespace that is yours, and a name")
    draft.known("title", called[:MAX_TITLE])
    said = str(info.get("summary") or info.get("description") or "").strip().split("\n\n")[0]
    description = wording.description_of(said) or f"Use {called} from an assistant."
    draft.guessed("description", description, "from its description; say what one can do with it")


def _add_website(draft: Draft, document: Mapping[str, Any], info: Mapping[str, Any]) -> None:
    places = (_mapping(document.get("externalDocs")), _mapping(info.get("contact")))
    found = [str(place.get("url", "")) for place in places] + [str(info.get("termsOfService", ""))]
    draft.known("websiteUrl", next((url for url in found if re.fullmatch(r"https://\S+", url)), None))


def _base_url(facts: SpecFacts) -> str:
    servers = [str(_mapping(server).get("url", "")) for server in _list(facts.document.get("servers"))]
    absolute = [urljoin(facts.url, url) if facts.url else url for url in servers]
    known = [url for url in absolute if url.startswith(("https://", "http://"))]
    best = next((url for url in known if url.startswith("https://")), known[0] if known else "")
    if not best and facts.url:
        best = urljoin(facts.url, "/")
    return best.rstrip("/") or "{url}"


def _variables(facts: SpecFacts, base_url: str) -> dict[str, Any]:
    servers = [_mapping(server) for server in _list(facts.document.get("servers"))]
    declared = next((_mapping(server.get("variables")) for server in servers if server.get("variables")), {})
    found: dict[str, Any] = {}
    for name in _VARIABLE.findall(base_url):
        one = _mapping(declared.get(name))
        known = {"description": one.get("description"), "default": one.get("default"), "choices": one.get("enum")}
        found[name] = {key: value for key, value in known.items() if value and key != "default"}
        if one.get("default"):
            found[name]["default"] = str(one["default"])
        else:
            found[name] = {"description": "Where the API runs, such as https://api.example.com."} | found[name]
            found[name]["isRequired"] = True
    return found


def _names(document: Mapping[str, Any]) -> dict[str, str]:
    """Readable names for operations whose own cannot be the name of a tool."""
    ids = [operation.id for operation in operations_of(document)]
    made: dict[str, str] = {}
    for one in ids:
        if one and not _TOOL_NAME.fullmatch(one):
            made[one] = re.sub(r"[^a-z0-9]+", "_", one.lower()).strip("_")[:56].strip("_")
    used = {*made.values(), *ids}
    return made if len(used) == len({*ids}) + len(made) else {}


def _add_network(draft: Draft, host: str) -> None:
    if host and "{" not in host:
        login = urlsplit(draft.document["openapi"].get("auth", {}).get("tokenUrl", "")).hostname
        draft.known("permissions", {"network": list(dict.fromkeys([host, *([login] if login else [])]))})
    else:
        draft.known("permissions", {"network": "any"})
        draft.remark(("permissions", "network"), f"{GUESSED}each user has an address of their own")


def _file_name(path: Path, draft: Draft, request: Request) -> str:
    return path.name if _is_in_registry(path, request) else f"{draft.document['id']}{path.suffix.lower()}"


def _is_in_registry(path: Path, request: Request) -> bool:
    return request.registry is not None and path.resolve().parent == (request.registry / "openapi").resolve()


def _fetched(url: str) -> SpecFacts:
    answer = ask(url, YAML_SPEC.max_bytes)
    if answer.status != HTTPStatus.OK:
        raise HubError(f"{url} answered with HTTP status {answer.status}", "is it the right address?")
    profile = JSON_SPEC if answer.body.lstrip()[:1] == b"{" else YAML_SPEC
    return SpecFacts(_document(load_bytes(answer.body, url, profile), url), url=url, data=answer.body)


def _read(path: Path) -> SpecFacts:
    if path.suffix.lower() not in (".yaml", ".yml", ".json"):
        raise HubError(f"{path} is no OpenAPI file", "its name must end in .yaml, .yml or .json", ExitCode.USAGE)
    if not path.is_file():
        raise HubError(f"there is no file {path}", "openapi:<file> or openapi:https://...", ExitCode.USAGE)
    profile = JSON_SPEC if path.suffix.lower() == ".json" else YAML_SPEC
    document = _document(load_file(path, str(path), profile), str(path))
    return SpecFacts(document, file=path, data=path.read_bytes())


def _document(loaded: Loaded | tuple[Finding, ...], name: str) -> Mapping[str, Any]:
    findings = loaded if isinstance(loaded, tuple) else loaded.findings
    if isinstance(loaded, tuple) or findings:
        first = findings[0]
        raise HubError(f"{name}:{first.line}: {first.message}", first.hint or "correct the file", ExitCode.USAGE)
    return loaded.document


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
