"""An MCP server that answers each call with its own text, a moment later; several calls at a time."""

import json
import sys
import threading

LOCK = threading.Lock()


def say(number, result):
    with LOCK:
        print(json.dumps({"jsonrpc": "2.0", "id": number, "result": result}), flush=True)


def call(number, arguments):
    text = arguments.get("text", "")
    say(number, {"content": [{"type": "text", "text": text}], "isError": False})


def main():
    tool = {"name": "say", "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}}}
    info = {"name": "slow-echo", "version": "1"}
    greeting = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}, "logging": {}}, "serverInfo": info}
    for line in sys.stdin:
        message = json.loads(line)
        method, number, params = message.get("method"), message.get("id"), message.get("params") or {}
        if number is None:
            continue
        if method == "tools/call":
            arguments = params.get("arguments") or {}
            threading.Timer(arguments.get("seconds", 0), call, (number, arguments)).start()
        elif method == "initialize":
            say(number, greeting)
        elif method == "tools/list":
            say(number, {"tools": [tool]})
        elif method in ("ping", "logging/setLevel"):
            say(number, {})
        else:
            error = {"code": -32601, "message": "Method not found"}
            with LOCK:
                print(json.dumps({"jsonrpc": "2.0", "id": number, "error": error}), flush=True)


if __name__ == "__main__":
    main()
