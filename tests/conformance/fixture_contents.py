"""The fixture server's resources, templates and prompts."""

import json
import re

from fixture_asking import ask, asked_for, text_question
from fixture_state import COMPLETE, state
from mcp import MCPError
from mcp_types.jsonrpc import INVALID_PARAMS

# The smallest picture, of one dot, and the smallest sound.
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
SOUND = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="

_TEMPLATE = re.compile("test://template/([^/]+)/data")


def resources():
    """The definitions of resources; one more, if a test wanted it."""
    return [
        _resource("static-text", "text/plain"),
        _resource("static-binary", "image/png"),
        _resource("watched-resource", "text/plain"),
        *([_resource("added", "text/plain")] if "resource" in state.changed else []),
    ]


def _resource(name, kind):
    return {"uri": f"test://{name}", "name": name, "description": f"What a test reads: {name}.", "mimeType": kind}


def templates():
    """The definitions of resource templates."""
    return [
        {
            "uriTemplate": "test://template/{id}/data",
            "name": "template",
            "description": "Data of any id.",
            "mimeType": "application/json",
        }
    ]


async def read(_, params):
    """Answers `resources/read`."""
    found = _content(params.uri)
    if found is None:
        raise MCPError(INVALID_PARAMS, "Resource not found", data={"uri": params.uri})
    return {**COMPLETE, "contents": [{"uri": params.uri, **found}]}


def _content(uri):
    match = _TEMPLATE.fullmatch(uri)
    if match:
        words = {"id": match[1], "templateTest": True, "data": f"Data for ID: {match[1]}"}
        return {"mimeType": "application/json", "text": json.dumps(words)}
    return {
        "test://static-text": {
            "mimeType": "text/plain",
            "text": "This is the content of the static text resource.",
        },
        "test://static-binary": {"mimeType": "image/png", "blob": PICTURE},
        "test://watched-resource": {"mimeType": "text/plain", "text": "Watched resource content."},
        "test://added": {"mimeType": "text/plain", "text": "Added while the test ran."},
    }.get(uri)


def prompts():
    """The definitions of prompts; one more, if a test wanted it."""
    return [
        _prompt("test_simple_prompt", "without arguments"),
        _prompt("test_prompt_with_arguments", "with two arguments", "arg1", "arg2"),
        _prompt("test_prompt_with_embedded_resource", "with a resource in it", "resourceUri"),
        _prompt("test_prompt_with_image", "with a picture in it"),
        _prompt("test_input_required_result_prompt", "that asks the user first"),
        *([_prompt("test_added_prompt", "that came later")] if "prompt" in state.changed else []),
    ]


def _prompt(name, what, *arguments):
    needed = [{"name": one, "description": f"Any text for {one}.", "required": True} for one in arguments]
    return {"name": name, "description": f"A prompt {what}.", "arguments": needed}


@asked_for
async def prompt(ctx, params):
    """Answers `prompts/get`."""
    given = params.arguments or {}
    match params.name:
        case "test_simple_prompt":
            return _said(_text("This is a simple prompt for testing."))
        case "test_prompt_with_arguments":
            return _said(_text(f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'"))
        case "test_prompt_with_embedded_resource":
            inside = {"uri": given["resourceUri"], "mimeType": "text/plain"}
            inside["text"] = "Embedded resource content for testing."
            return _said({"type": "resource", "resource": inside}, _text("Please process the embedded resource above."))
        case "test_prompt_with_image":
            picture = {"type": "image", "data": PICTURE, "mimeType": "image/png"}
            return _said(picture, _text("Please analyze the image above."))
        case "test_input_required_result_prompt":
            question = text_question("What context should the prompt use?", "context")
            answers = await ask(ctx, params, {"user_context": question})
            return _said(_text(f"Use this context: {answers['user_context'].content}"))
        case "test_added_prompt":
            return _said(_text("I came later."))
    raise MCPError(INVALID_PARAMS, f"Unknown prompt: {params.name}")


def _said(*contents):
    return {**COMPLETE, "messages": [{"role": "user", "content": content} for content in contents]}


def _text(text):
    return {"type": "text", "text": text}
