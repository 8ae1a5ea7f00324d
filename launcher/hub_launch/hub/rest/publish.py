"""Routes that add entries of the user's own. They are started by nobody but the user, on the command line."""

import asyncio
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import JSONResponse, Response

from hub_launch.catalog import Entry
from hub_launch.errors import HubError
from hub_launch.hub.door import caller_of
from hub_launch.hub.problem import Refusal
from hub_launch.hub.rest.bodies import JSON, YAML, kind_of
from hub_launch.hub.rest.known import AHub, means_of
from hub_launch.hub.rest.models import EntryFinding, EntryProblem, Problem, PublishedEntry
from hub_launch.hub.rest.problems import BODY, PROBLEM, Problems, problems

if TYPE_CHECKING:
    from hub_launch.judge.findings import Finding
    from hub_launch.judge.overlay import Overlay, Published, Rejected

router = APIRouter(tags=["publishing"])

_REFUSED = {
    HTTPStatus.FORBIDDEN: "The hub asks for no token, or publishes nothing.",
    HTTPStatus.CONFLICT: "The id has another meaning already, here or in a registry; or it cannot be written.",
}
_UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no entry of your own of that id."}
_WRONG: Problems = {
    422: {
        "description": "No registry would take the entry; `findings` says why. Without them, a parameter is wrong.",
        "content": {
            PROBLEM: {
                "schema": {
                    "anyOf": [{"$ref": f"#/components/schemas/{one.__name__}"} for one in (EntryProblem, Problem)]
                }
            }
        },
    }
}
_REQUIRED = [field.alias or name for name, field in Entry.model_fields.items() if field.is_required()]
_ENTRY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "An entry as in the registry: see `schema/entry.schema.json`.",
        "content": {JSON: {"schema": {"type": "object", "required": _REQUIRED}}, YAML: {"schema": {"type": "string"}}},
    }
}

InMemory = Annotated[bool, Query(description="Keep it in the hub's memory alone: it is gone with the hub.")]
AName = Annotated[str, Path(description="The id of an entry of your own.")]


async def may_publish(means: AHub, request: Request) -> None:
    """Raise Refusal (403) unless whoever asks has proved who they are, and there is something to publish to."""
    if means.abilities.overlay is None:
        raise Refusal(HTTPStatus.FORBIDDEN, "this hub publishes nothing")
    if caller_of(request.scope) is None:
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "publishing needs a token, on this machine too: make one with `hub-launch token`, start the hub with it",
        )


_GUARD = [Depends(may_publish)]


async def _overlay(request: Request, *, memory: bool = False) -> "Overlay":
    """The user's own entries, or those that are gone with the hub."""
    abilities = (await means_of(request)).abilities
    make = abilities.memory if memory else abilities.overlay
    if make is None:
        raise Refusal(HTTPStatus.FORBIDDEN, "this hub publishes nothing")
    # In a thread: the checks are imported by this.
    return await asyncio.to_thread(make)


async def _overlay_with(request: Request, name: str) -> "Overlay":
    """That of both which has the entry. Raises Refusal (404) if none has."""
    for memory in (True, False):
        if memory and (await means_of(request)).abilities.memory is None:
            continue
        overlay = await _overlay(request, memory=memory)
        if name in overlay.names():
            return overlay
    raise Refusal(HTTPStatus.NOT_FOUND, "there is no entry of your own of that id")


@router.post(
    "/v0/publish",
    status_code=HTTPStatus.CREATED,
    dependencies=_GUARD,
    openapi_extra=_ENTRY,
    responses=_WRONG | problems(BODY | _REFUSED),
    response_model=PublishedEntry,
)
async def publish(request: Request, ephemeral: InMemory = False) -> Response:
    """Add an entry, judged as a pull request with it would be. Nothing is started."""
    overlay = await _overlay(request, memory=ephemeral)
    return await _published(
        request, overlay.publish, HTTPStatus.CREATED, "hub-launch add" if ephemeral else "hub-launch"
    )


@router.put(
    "/v0/servers/{id}",
    dependencies=_GUARD,
    openapi_extra=_ENTRY,
    responses=_WRONG | problems(BODY | _REFUSED | _UNKNOWN),
    response_model=PublishedEntry,
)
async def replace(id: AName, request: Request) -> Response:
    """Put another version in the place of an entry. A server that runs goes on as it is."""
    overlay = await _overlay_with(request, id)
    return await _published(request, partial(overlay.replace, id), HTTPStatus.OK)


@router.delete(
    "/v0/servers/{id}", dependencies=_GUARD, status_code=HTTPStatus.NO_CONTENT, responses=problems(_REFUSED | _UNKNOWN)
)
async def unpublish(id: AName, request: Request) -> Response:
    """Forget an entry. A server that runs goes on until the hub ends."""
    overlay = await _overlay_with(request, id)
    await asyncio.to_thread(overlay.remove, id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _published(
    request: Request, keep: "Callable[..., Published]", status: HTTPStatus, command: str = "hub-launch"
) -> Response:
    """command: what starts it."""
    # Here, since few hubs publish anything: the checks take a quarter of a second and six megabytes.
    from hub_launch.judge.overlay import Rejected

    kind = kind_of(request.scope)
    body = await request.body()
    if not body:
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body has to be an entry")
    try:
        # In a thread: it reads files, and may ask registries.
        published = await asyncio.to_thread(keep, body, is_json=kind == JSON)
    except Rejected as rejected:
        return _rejected(rejected)
    except HubError as error:
        raise Refusal(
            HTTPStatus.CONFLICT, f"{error.message} ({error.hint})" if error.hint else error.message
        ) from error
    entry = published.entry
    answer = PublishedEntry(
        id=entry.id,
        version=entry.version,
        verdict="REVIEW" if published.findings else "OK",
        findings=_findings(published.findings),
        start=f"{command} {entry.id}",
    )
    return JSONResponse(answer.model_dump(mode="json"), status)


def _rejected(rejected: "Rejected") -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = f"{rejected.message} ({rejected.hint})" if rejected.hint else rejected.message
    answer = EntryProblem(title=status.phrase, status=status, detail=detail, findings=_findings(rejected.findings))
    return JSONResponse(answer.model_dump(mode="json"), status, media_type=PROBLEM)


def _findings(findings: "tuple[Finding, ...]") -> tuple[EntryFinding, ...]:
    return tuple(
        EntryFinding(
            verdict=cast(Any, one.severity.name),
            rule=one.rule,
            line=one.line,
            column=one.column,
            pointer=one.pointer,
            message=one.message,
            hint=one.hint,
        )
        for one in findings
    )
