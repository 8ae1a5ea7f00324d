"""A well-behaved MCP server on pipes, without any library, for hostile ones to misbehave in one point each."""

import json
import sys


class Server:
    """Answers like the most ordinary server; a case overrides what it does wrong."""

    tools = ({"name": "act", "inputSchema": {"type": "object"}},)
    capabilities = {"tools": {}}  # noqa: RUF012

    def initialize(self, params):
        version = params.get("protocolVersion", "2025-06-18")
        info = {"name": "evil", "version": "1"}
        return {"protocolVersion": version, "capabilities": self.capabilities, "serverInfo": info}

    def list_tools(self, params):
        return {"tools": list(self.tools)}

    def call(self, name, arguments):
        return text("done")

    def result(self, method, params):
        """The result, or None for a method that it does not have."""
        if method == "initialize":
            return self.initialize(params)
        if method == "tools/list":
            return self.list_tools(params)
        if method == "tools/call":
            return self.call(params["name"], params.get("arguments") or {})
        return {} if method == "ping" else None

    def answer(self, request):
        result = self.result(request["method"], request.get("params") or {})
        if result is None:
            send({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "Method not found"}})
        else:
            send({"jsonrpc": "2.0", "id": request["id"], "result": result})

    def take(self, message):
        if "method" in message and "id" in message:
            self.answer(message)

    def run(self):
        for line in sys.stdin.buffer:
            self.take(json.loads(line))


def text(value):
    return {"content": [{"type": "text", "text": value}]}


def send(message):
    write(json.dumps(message).encode() + b"\n")


def write(data):
    """Bytes on standard output, at once."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def variant():
    return sys.argv[1]
