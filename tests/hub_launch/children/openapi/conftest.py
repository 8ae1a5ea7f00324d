"""An API on loopback, and servers made of its description."""

import copy
import json

import pytest
from fastmcp import Client

from hub_launch.children.openapi import build_server

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets/{name}": {
            "get": {
                "operationId": "getPet",
                "summary": "One pet",
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "detail", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "a pet"}},
            }
        },
        "/pets": {
            "post": {
                "operationId": "addPet",
                "description": "Add a pet.",
                "tags": ["write"],
                "parameters": [
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                    {"name": "shop", "in": "cookie", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"type": "object", "properties": {"label": {"type": "string"}}}}
                    }
                },
                "responses": {"201": {"description": ""}},
            }
        },
        "/admin/reset": {
            "post": {"operationId": "reset", "tags": ["admin"], "responses": {"200": {"description": ""}}}
        },
    },
}


@pytest.fixture
def spec():
    """The description of the API."""
    return copy.deepcopy(SPEC)


@pytest.fixture
def spec_file(tmp_path):
    """The description of an API in a file."""
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC))
    return path


@pytest.fixture
def api(web, web_answer):
    """An API on loopback that answers every request with what it was asked."""

    def answer(request):
        return web_answer(json.dumps({"path": request.path}).encode(), 200, {"Content-Type": "application/json"})

    class Everything(dict):
        def get(self, path, default):
            return super().get(path, answer)

    web.answers = Everything()
    return web


@pytest.fixture
def pets(api, monkeypatch):
    """The server of the API with some options and credentials."""

    def make(options=None, spec=SPEC, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return build_server("pets", spec, f"{api.url}/v1", options or {})

    return make


@pytest.fixture
def ask():
    """Calls a tool of a server in this process, and returns its result."""

    async def call(server, tool, **arguments):
        async with Client(server) as client:
            return await client.call_tool(tool, arguments, raise_on_error=False)

    return call
