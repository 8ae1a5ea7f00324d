"""`https://...`: a server that somebody runs, asked who it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hub_build.convert.names import slug, title_of
from hub_build.scaffold import common, wording
from hub_build.scaffold.draft import Draft
from hub_build.scaffold.request import Request
from hub_build.scaffold.web import Answered, ask
from hub_launch.errors import HubError
from hub_launch.text import printable

# An answer to `initialize` has its instructions in it, and no more than a few pages of them.
MAX_BYTES = 1024 * 1024
PROTOCOL = "2025-06-18"
_WANTS_CREDENTIALS = (401, 403)
_ACCEPT = "application/json, text/event-stream"


@dataclass(frozen=True, slots=True)
class RemoteFacts:
    """What the server said. info: `serverInfo`, empty if it did not say. locked: it wants credentials first."""

    url: str
    transport: str = "streamable-http"
    info: Mapping[str, Any] | None = None
    instructions: str = ""
    locked: bool = False
    failed: str = ""


def from_url(url: str, request: Request) -> Draft:
    """`url` is the address of an MCP server over streamable HTTP, or of one over SSE if it ends in `/sse`."""
    return drafted(asked(url), request)


def asked(url: str) -> RemoteFacts:
    """Ask the server at `url` who it is. Never raises: a server may well be known to its users alone."""
    if urlsplit(url).path.rstrip("/").endswith("/sse"):
        return RemoteFacts(url, "sse", failed="a server over SSE is not asked")
    client = {"name": "hub-build", "version": "0"}
    parameters = {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": client}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": parameters}
    headers = {"Accept": _ACCEPT, "Content-Type": "application/json"}
    try:
        # An event stream stays open after the answer, which ends with an empty line.
        answer = ask(url, MAX_BYTES, body=json.dumps(message).encode(), headers=headers, end=b"\n\n")
    except HubError as error:
        return RemoteFacts(url, failed=error.message)
    return facts_of(url, answer)


def facts_of(url: str, answer: Answered) -> RemoteFacts:
    """What the answer to `initialize` says."""
    if answer.status in _WANTS_CREDENTIALS:
        return RemoteFacts(url, locked=True)
    result = _result(answer.body)
    if result is None:
        return RemoteFacts(url, failed=f"it answered with HTTP status {answer.status}, and not as an MCP server")
    info = result.get("serverInfo")
    instructions = result.get("instructions")
    return RemoteFacts(
        url,
        info=info if isinstance(info, dict) else {},
        instructions=instructions if isinstance(instructions, str) else "",
    )


def drafted(facts: RemoteFacts, request: Request) -> Draft:
    """An entry for the server."""
    draft = Draft()
    host = urlsplit(facts.url).hostname or ""
    info = facts.info or {}
    _add_wording(draft, host, info, facts, request)
    common.add_version(draft, str(info.get("version", "")), request)
    draft.guessed("license", "LicenseRef-Proprietary", "nobody says; write the terms that the service is offered under")
    site = info.get("websiteUrl")
    draft.known("websiteUrl", site if isinstance(site, str) and site.startswith("https://") else f"https://{host}")
    if "websiteUrl" not in info:
        draft.remark(("websiteUrl",), "guessed: write the page about the server")
    common.add_people(draft, request, None)
    common.add_topics(draft, draft.document["id"], f"{draft.document['description']} {facts.instructions}", ())
    remote: dict[str, Any] = {"type": facts.transport, "url": facts.url}
    if facts.locked:
        token = {"description": "Your token.", "isRequired": True, "isSecret": True}
        remote["headers"] = [{"name": "Authorization", "value": "Bearer {token}", "variables": {"token": token}}]
    draft.known("remotes", [remote])
    if facts.locked:
        draft.remark(("remotes", 0, "headers"), "guessed: it wants credentials; say which, and where people get them")
    draft.known("permissions", {"network": [_network(facts.url)]})
    draft.known("update", {"from": "none"})
    if facts.failed:
        draft.remark(("remotes", 0), f"It was not seen answering: {printable(facts.failed)}")
    return draft


def _add_wording(draft: Draft, host: str, info: Mapping[str, Any], facts: RemoteFacts, request: Request) -> None:
    labels = [label for label in host.split(".") if label not in ("www", "mcp", "api")]
    own = labels[-2] if len(labels) > 1 else labels[0] if labels else "server"
    called = str(info.get("title") or info.get("name") or "")
    draft.known("id", wording.id_of(slug(own), request.ids))
    namespace = ".".join(reversed(labels)) or "com.example"
    draft.guessed("name", f"{namespace}/{slug(called) or 'mcp'}", "from its address")
    title = wording.heading_of(f"# {called}") or title_of(draft.document["id"])
    draft.guessed("title", title, "from what it calls itself" if called else "from its address")
    said = str(info.get("description") or "") or facts.instructions.partition("\n")[0]
    description = wording.description_of(said) or f"Tools of {title}."
    draft.guessed("description", description, "say in at most 100 characters what one can do with it")


def _network(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _result(body: bytes) -> dict[str, Any] | None:
    for text in (body, *(line[5:] for line in body.splitlines() if line.startswith(b"data:"))):
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(answer, dict) and isinstance(answer.get("result"), dict):
            result: dict[str, Any] = answer["result"]
            return result
    return None
