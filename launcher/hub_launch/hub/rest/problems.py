"""Errors of the REST API: problem documents, whatever goes wrong."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import compile_path

from hub_launch.errors import HubError
from hub_launch.hub.problem import WRONG_METHOD, Refusal, defect, problem
from hub_launch.text import printable, shortened

PROBLEM = "application/problem+json"
Problems = dict[int | str, dict[str, Any]]

# More than anybody mends at once.
MAX_FAULTS = 5


BODY = {
    HTTPStatus.BAD_REQUEST: "The body cannot be read as what its Content-Type says.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of another type.",
}
INVALID = {HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter or the body is not as described."}


def conflict(error: HubError) -> Refusal:
    """What cannot be done now, with the reason."""
    return Refusal(HTTPStatus.CONFLICT, f"{error.message} ({error.hint})" if error.hint else error.message)


def problems(reasons: Mapping[HTTPStatus, str]) -> Problems:
    """The problems that an address may answer with, for its description: why, by status."""
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status.value: {"description": reason, "content": content} for status, reason in reasons.items()}


def answer_problems(app: FastAPI) -> None:
    """Have every error of `app` answered with a problem document."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _defect)


async def _refused(_: Request, error: Exception) -> Response:
    return cast(Refusal, error).response()


async def _invalid(_: Request, error: Exception) -> Response:
    faults = cast(RequestValidationError, error).errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(HTTPStatus.BAD_REQUEST, "the body is not JSON")
    told = "; ".join(_fault(fault) for fault in faults[:MAX_FAULTS])
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, told)


def _fault(fault: Mapping[str, Any]) -> str:
    place = " ".join(str(part) for part in fault["loc"])
    return shortened(printable(f"{place}: {fault['msg']}"))


async def _http(request: Request, error: Exception) -> Response:
    """What Starlette and FastAPI refuse by themselves: unknown addresses, other methods, bodies that cannot be read."""
    refusal = cast(HTTPException, error)
    answer = problem(HTTPStatus(refusal.status_code), _WORDS.get(refusal.status_code, str(refusal.detail)))
    if refusal.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["allow"] = ", ".join(_methods(request))
    return answer


def _methods(request: Request) -> list[str]:
    """What the address knows. Starlette asks the first of its routes alone."""
    paths = request.app.openapi()["paths"]
    known = (one for path, one in paths.items() if compile_path(path)[0].match(request.scope["path"]))
    return sorted(method.upper() for one in known for method in one) or ["GET"]


_WORDS: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address; /docs shows what there is",
    HTTPStatus.METHOD_NOT_ALLOWED: WRONG_METHOD,
    HTTPStatus.BAD_REQUEST: "the body cannot be read as JSON",
}


async def _gone(*_: object) -> Response:
    """Nobody reads it: whoever asked left before the request was whole, which is no defect of ours."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _defect(_: Request, error: Exception) -> Response:
    return defect(error)
