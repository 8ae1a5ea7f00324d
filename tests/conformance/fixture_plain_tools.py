"""Tools that only answer."""

import json

from fixture_contents import PICTURE, SOUND
from fixture_state import COMPLETE
from fixture_tool import Tool, says, takes

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def _always(*contents, **more):
    async def run(_ctx, _params):
        return {**COMPLETE, "content": list(contents), **more}

    return run


def _text(text):
    return {"type": "text", "text": text}


def _resource(name, kind, text):
    return {"type": "resource", "resource": {"uri": f"test://{name}", "mimeType": kind, "text": text}}


async def _add(_, params):
    total = params.arguments["a"] + params.arguments["b"]
    return {**says(json.dumps({"sum": total})), "structuredContent": {"sum": total}}


async def _greet(_, params):
    return says(f"Hello from {params.arguments['region']}.")


async def _contact(_, params):
    return says(json.dumps(params.arguments))


_PICTURE = {"type": "image", "data": PICTURE, "mimeType": "image/png"}

PLAIN = {
    "test_simple_text": Tool("Says one sentence.", _always(_text("This is a simple text response for testing."))),
    "test_image_content": Tool("Shows a picture.", _always(_PICTURE)),
    "test_audio_content": Tool("Plays a sound.", _always({"type": "audio", "data": SOUND, "mimeType": "audio/wav"})),
    "test_embedded_resource": Tool(
        "Says it in a resource.",
        _always(_resource("embedded-resource", "text/plain", "This is an embedded resource content.")),
    ),
    "test_multiple_content_types": Tool(
        "Says it in three ways.",
        _always(
            _text("Multiple content types test:"),
            _PICTURE,
            _resource("mixed-content-resource", "application/json", '{"test": "data", "value": 123}'),
        ),
    ),
    "test_error_handling": Tool(
        "Always fails.", _always(_text("This tool intentionally returns an error for testing"), isError=True)
    ),
    "test_structured_output": Tool(
        "Adds two numbers.", _add, takes("a", "b", kind="integer"), takes("sum", kind="integer")
    ),
    "test_custom_header": Tool(
        "Wants its argument as a header too.", _greet, takes("region", **{"x-mcp-header": "Region"})
    ),
    "json_schema_2020_12_tool": Tool(
        "Has a schema with all that JSON Schema knows.",
        _contact,
        {
            "$schema": _SCHEMA,
            "type": "object",
            "$defs": {
                "address": {
                    "$anchor": "addressDef",
                    "type": "object",
                    "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
                }
            },
            "properties": {
                "name": {"type": "string"},
                "address": {"$ref": "#/$defs/address"},
                "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                "phone": {"type": "string"},
                "email": {"type": "string"},
            },
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": False,
        },
    ),
}
"""By name."""
