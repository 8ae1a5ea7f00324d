"""An MCP server over stdio on the standard library alone, of both protocols: what a call costs beside it is the hub's.

Tools: `echo` returns its text, `progress` tells progress before it does, `slow` waits a moment before it does.
Of the environment: ECHO_HANGS (not empty: never answers), ECHO_LEGACY (not empty: knows the older protocols only),
ECHO_PIDS (a folder: each start writes its process's number to a file there, named by ECHO_NAME).
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

MODERN = "2026-07-28"
TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
TOOLS = [
    {"name": name, "description": "Returns the text.", "inputSchema": TEXT} for name in ("echo", "progress", "slow")
]
INFO = {"name": "echo", "version": "1"}
CAPABILITIES = {"tools": {}}
LISTED = {"ttlMs": 0, "cacheScope": "private"}
# Long enough to be cancelled, short enough for thousands of them.
SLOW_SECONDS = 0.4

_legacy_only = bool(os.environ.get("ECHO_LEGACY"))
_writing = threading.Lock()
_cancelled: set[object] = set()


def main() -> None:
    """Answer until the input ends."""
    if folder := os.environ.get("ECHO_PIDS"):
        (Path(folder) / os.environ["ECHO_NAME"]).write_text(str(os.getpid()))
    if os.environ.get("ECHO_HANGS"):
        sys.stdin.buffer.read()
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message.get("method") == "notifications/cancelled":
            _cancelled.add(message["params"]["requestId"])
        elif "id" in message and "method" in message:
            answer(message["id"], message["method"], message.get("params") or {})


def answer(number: object, method: str, params: dict) -> None:
    """Answer one request, at once or, what is slow, from a thread of its own."""
    version = (params.get("_meta") or {}).get("io.modelcontextprotocol/protocolVersion")
    modern = version == MODERN and not _legacy_only
    if method == "tools/call" and params["name"] == "slow":
        threading.Thread(target=slow, args=(number, params, modern), daemon=True).start()
        return
    if method == "tools/call" and params["name"] == "progress":
        tell_progress(params)
    result = result_of(method, params, modern=modern)
    if result is None:
        say({"id": number, "error": {"code": -32601, "message": "Method not found"}})
    else:
        say({"id": number, "result": result | ({"resultType": "complete"} if modern else {})})


def slow(number: object, params: dict, modern: bool) -> None:
    """Answer after a moment, unless that was cancelled in the meantime."""
    time.sleep(SLOW_SECONDS)
    if number in _cancelled:
        _cancelled.discard(number)
        return
    say({"id": number, "result": text(params) | ({"resultType": "complete"} if modern else {})})


def tell_progress(params: dict) -> None:
    """Two notifications, if any are wanted."""
    token = (params.get("_meta") or {}).get("progressToken")
    for step in (1, 2):
        if token is not None:
            told = {"progressToken": token, "progress": step, "total": 2}
            say({"method": "notifications/progress", "params": told})


def result_of(method: str, params: dict, *, modern: bool) -> dict | None:
    """The result of one request; None for a method that this server does not know."""
    if method == "tools/call":
        return text(params)
    if method == "tools/list":
        return {"tools": TOOLS} | (LISTED if modern else {})
    if method == "initialize":
        version = params.get("protocolVersion")
        known = version if version != MODERN else "2025-11-25"
        return {"protocolVersion": known, "capabilities": CAPABILITIES, "serverInfo": INFO}
    if method == "server/discover" and modern:
        return {"supportedVersions": [MODERN], "capabilities": CAPABILITIES, "serverInfo": INFO} | LISTED
    return {} if method == "ping" else None


def text(params: dict) -> dict:
    """The text that was sent, as a tool's result."""
    return {"content": [{"type": "text", "text": params["arguments"]["text"]}]}


def say(message: dict) -> None:
    """Write one message."""
    line = json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n"
    with _writing:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


main()
