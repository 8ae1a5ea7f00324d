"""Errors over HTTP: application/problem+json (RFC 9457)."""

from http import HTTPStatus

from starlette.responses import JSONResponse

WRONG_METHOD = "this address knows other methods only; see the Allow header"


def problem(status: HTTPStatus, detail: str) -> JSONResponse:
    """A problem document that says what is wrong."""
    body = {"title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(body, status.value, media_type="application/problem+json")
