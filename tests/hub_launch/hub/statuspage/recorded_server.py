"""A server that offers what a server of the registry was seen to offer, and answers with what it was given.

`form` offers a tool with every kind of parameter, and one whose words try to be HTML; `broken` does not start.
"""

import json
import sys
from pathlib import Path

NAME = sys.argv[1]
HTML = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

EVERY_KIND = {
    "type": "object",
    "required": ["name", "edits"],
    "properties": {
        "name": {"type": "string", "description": "What it is called"},
        "note_text": {"type": "string"},
        "size": {"anyOf": [{"type": "integer"}, {"type": "null"}], "minimum": 1, "maximum": 9},
        "ratio": {"type": "number"},
        "dry": {"type": "boolean", "default": False},
        "mode": {"$ref": "#/$defs/Mode"},
        "level": {"enum": [1, 2, "all"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "edits": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["line"],
                "properties": {"line": {"type": "integer"}, "with": {"type": "string"}},
            },
        },
        "where": {"type": "object", "properties": {"street": {"type": "string"}, "number": {"type": "integer"}}},
        "extra": {"type": "object"},
        "either": {"anyOf": [{"type": "string"}, {"type": "object"}]},
    },
    "$defs": {"Mode": {"type": "string", "enum": ["fast", "slow"], "description": "How"}},
}
FORM = [
    {"name": "every_kind", "description": "Takes every kind of argument.", "inputSchema": EVERY_KIND},
    {"name": "html", "title": HTML, "description": HTML, "inputSchema": {"type": "object", "properties": {HTML: {}}}},
    {"name": "picture", "inputSchema": {"type": "object"}},
    {"name": "fails", "inputSchema": {"type": "object"}},
    {"name": "never", "inputSchema": {"type": "object"}},
]


def tools():
    """What it offers, and how it wants to be used."""
    if NAME == "form":
        return FORM, None
    recorded = json.loads((Path(sys.argv[2]) / f"{NAME}.json").read_text())
    return recorded["tools"], recorded.get("instructions")


def call(name, arguments):
    """The answer of a tool."""
    if name == "fails":
        return {"content": [{"type": "text", "text": "no such thing"}], "isError": True}
    if name == "html":
        return {"content": [{"type": "text", "text": HTML}]}
    if name == "picture":
        return {"content": [{"type": "image", "mimeType": "image/png", "data": PIXEL}]}
    if name == "get_current_time":
        now = {"timezone": arguments["timezone"], "datetime": "2026-11-21T22:15:04+01:00", "is_dst": False}
        return {"content": [{"type": "text", "text": json.dumps(now)}]}
    return {"content": [{"type": "text", "text": json.dumps(arguments)}]}


def answer(method, params):
    """The result of a request, or None for a method that is unknown."""
    offered, instructions = tools()
    if method == "initialize":
        about = {"instructions": instructions} if instructions else {}
        info = {"name": NAME, "version": "2026.8.31"}
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": info, **about}
    if method == "tools/list":
        return {"tools": offered}
    if method == "tools/call":
        sys.stderr.write(f"call of {params['name']}\n")
        sys.stderr.flush()
        return call(params["name"], params.get("arguments") or {})
    return None


def main():
    """Serve on standard input and output."""
    if NAME == "broken":
        sys.exit("Error: CALENDAR_TOKEN is not set")
    sys.stderr.write(f"{NAME}: listening\n")
    sys.stderr.flush()
    for line in sys.stdin:
        message = json.loads(line)
        params = message.get("params") or {}
        if "id" not in message or params.get("name") == "never":
            continue
        result = answer(message["method"], params)
        said = {"result": result} if result is not None else {"error": {"code": -32601, "message": "Method not found"}}
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], **said}) + "\n")
        sys.stdout.flush()


main()
