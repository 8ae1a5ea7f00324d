"""Errors over HTTP: application/problem+json (RFC 9457)."""

import logging
from http import HTTPStatus

from starlette.responses import JSONResponse

WRONG_METHOD = "this address knows other methods only; see the Allow header"

_log = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that is answered with a problem document."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail

    def response(self) -> JSONResponse:
        """That document."""
        return problem(self.status, self.detail)


def problem(status: HTTPStatus, detail: str) -> JSONResponse:
    """A problem document that says what is wrong."""
    body = {"title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(body, status.value, media_type="application/problem+json")


def defect(error: Exception) -> JSONResponse:
    """The answer to a request that could not be answered through a fault of ours; what it was goes to the log."""
    _log.error("a request could not be answered", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "a defect of the hub; hub.log has more")
