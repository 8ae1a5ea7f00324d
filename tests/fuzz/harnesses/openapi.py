"""OpenAPI documents: read, or refused with the errors that `load_spec` names."""

import json

import yaml

from hub_launch.children.openapi.schemas import is_small_written_out
from hub_launch.children.openapi.spec import parse_spec

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "https://api.example.org"}],
    "paths": {
        "/pets/{id}": {
            "get": {
                "operationId": "pet",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/P"}}}}},
            }
        }
    },
    "components": {"schemas": {"P": {"type": "object", "properties": {"friend": {"$ref": "#/components/schemas/P"}}}}},
}
SEEDS = [
    json.dumps(SPEC).encode(),
    yaml.safe_dump(SPEC).encode(),
    b"openapi: 3.0.1\nx: !!timestamp 2001-01-01\ny: !!int 1\nz: !!float 1.5\nw: !!bool yes\nv: !!binary eA==\n",
    b"swagger: '2.0'\n",
    b"{",
    b'{"a":' + b"[" * 50,
]
WORDS = ["$ref", "#/components/schemas/", "paths", "!!int", "!!bool", "!!set", "!!omap", "!!pairs", "&a", "*a", "? "]


def check(data: bytes) -> None:
    try:
        spec = parse_spec(data)
    except (yaml.YAMLError, ValueError):
        return
    assert isinstance(spec, dict)
    is_small_written_out(spec)
    json.dumps(spec)
