"""`/docs`: the API described for people, with a form for each route. Nothing is loaded from elsewhere."""

import functools
from http import HTTPStatus
from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import Response

from hub_launch.hub.problem import Refusal

router = APIRouter(include_in_schema=False)

_PACKAGE = "fastapi_offline"
# Files of Swagger UI's, as the package has them, and ours.
_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
# Swagger UI draws its icons from data: addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# No inline script: the policy forbids it.
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>hub-launch: REST API</title>
<link rel="icon" type="image/png" href="docs/favicon.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """\
SwaggerUIBundle({url: "openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null});
"""


@router.get("/docs")
async def docs() -> Response:
    """The page."""
    return _file(_PAGE.encode(), "text/html")


@router.get("/docs/{name}")
async def docs_file(name: str) -> Response:
    """A file that the page loads."""
    if name == "start.js":
        return _file(_START.encode(), "text/javascript")
    if name not in _FILES:
        raise Refusal(HTTPStatus.NOT_FOUND, "there is no such file")
    return _file(_read(name), _FILES[name])


def _file(data: bytes, kind: str) -> Response:
    return Response(data, media_type=kind, headers={"content-security-policy": _POLICY})


@functools.lru_cache(maxsize=len(_FILES))
def _read(name: str) -> bytes:
    return files(_PACKAGE).joinpath("static", name).read_bytes()
