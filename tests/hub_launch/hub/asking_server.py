"""A small MCP server of either era that asks its client whatever it is told to; several calls at a time.

Its argument is the era; a second one has it show a tool for whatever its client can. Without any library, so that it
starts at once.
"""

import json
import os
import sys

modern = sys.argv[1] == "modern"
TOOLS = ["ask", "twice", "withdraw", "greeted", "pid", "die", "more", "roots_changed", "silent"]
greeting = {}
tools = list(TOOLS)
waiting = {}
numbers = iter(range(1, 1_000_000))
roots_changed = 0


def say(**message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def text(number, value):
    result = {"content": [{"type": "text", "text": value if isinstance(value, str) else json.dumps(value)}]}
    say(id=number, result=result | ({"resultType": "complete"} if modern else {}))


def ask(method, params, then):
    number = next(numbers)
    waiting[number] = then
    say(id=number, method=method, params=params)
    return number


def call(number, params):
    name, arguments, meta = params["name"], params.get("arguments") or {}, params.get("_meta") or {}
    if modern:
        return call_modern(number, params, name, arguments, meta)
    if name == "ask":
        if "progressToken" in meta:
            say(
                method="notifications/progress",
                params={"progressToken": meta["progressToken"], "progress": 1, **arguments.get("report", {})},
            )
        ask(arguments["method"], arguments.get("params", {}), lambda reply: text(number, reply))
    elif name == "twice":
        first = lambda reply: ask("roots/list", {}, lambda other: text(number, [reply, other]))  # noqa: E731
        ask("sampling/createMessage", {"messages": [], "maxTokens": 1}, first)
    elif name == "withdraw":
        for asked, then in list(waiting.items()):
            del waiting[asked]
            say(method="notifications/cancelled", params={"requestId": asked})
            then("withdrawn")
        text(number, "done")
    elif name == "more":
        tools.append("new")
        say(method="notifications/tools/list_changed", params={})
        text(number, "more")
    else:
        answer_simply(number, name, arguments)
    return None


def call_modern(number, params, name, arguments, meta):
    answers = params.get("inputResponses")
    if name == "ask" and answers is None:
        wanted = {"one": {"method": arguments["method"], "params": arguments.get("params", {})}}
        say(id=number, result={"resultType": "input_required", "inputRequests": wanted, "requestState": "s1"})
    elif name == "twice" and (answers is None or params["requestState"] == "s1"):
        method = "sampling/createMessage" if answers is None else "roots/list"
        wanted = {"one": {"method": method, "params": {"messages": [], "maxTokens": 1}}}
        state = "s1" if answers is None else "s2"
        say(id=number, result={"resultType": "input_required", "inputRequests": wanted, "requestState": state})
    elif name in ("ask", "twice"):
        text(number, {"result": answers["one"], "state": params["requestState"]})
    elif name == "greeted":
        text(number, {"capabilities": meta["io.modelcontextprotocol/clientCapabilities"]})
    else:
        answer_simply(number, name, arguments)


def answer_simply(number, name, arguments):
    if name == "pid":
        text(number, str(os.getpid()))
    elif name == "greeted":
        text(number, greeting)
    elif name == "roots_changed":
        text(number, str(roots_changed))
    elif name == "silent":
        return
    elif name == "die":
        sys.stderr.write("fatal: asked to die\n")
        sys.stderr.flush()
        os._exit(3)
    else:
        text(number, "unknown")


def answer(message):
    global greeting
    method, params, number = message["method"], message.get("params") or {}, message["id"]
    about = {"capabilities": {"tools": {"listChanged": True}}, "serverInfo": {"name": "asking", "version": "1"}}
    listing = {"ttlMs": 0, "cacheScope": "private", "resultType": "complete"} if modern else {}
    if modern and method == "server/discover":
        say(id=number, result={"supportedVersions": ["2026-07-28"], **about, **listing})
    elif not modern and method == "initialize":
        greeting = params
        say(id=number, result={"protocolVersion": params["protocolVersion"], **about})
    elif method == "tools/list":
        schema = {"type": "object"}
        shown = tools + (sorted(greeting["capabilities"]) if sys.argv[2:] else [])
        say(id=number, result={"tools": [{"name": name, "inputSchema": schema} for name in shown], **listing})
    elif method == "tools/call":
        call(number, params)
    else:
        say(id=number, error={"code": -32601, "message": "Method not found"})


for line in sys.stdin:
    message = json.loads(line)
    if "method" not in message:
        then = waiting.pop(message["id"], None)
        if then:
            then({key: message[key] for key in ("result", "error") if key in message})
    elif "id" in message:
        answer(message)
    elif message["method"] == "notifications/roots/list_changed":
        roots_changed += 1
