"""A small MCP server of either era that tells: when resources change, and what it logs. Without any library.

Its one argument is JSON: the era, and a file in which it notes what it was asked.
"""

import json
import os
import sys
from pathlib import Path

config = json.loads(sys.argv[1])
modern = config.get("era") == "modern"
LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
URIS = ["docs://a", "docs://b", "docs://c"]
TOOLS = ["touch", "log", "wait", "note", "die"]
UNKNOWN = {"code": -32601, "message": "Method not found"}
MODERN = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
ID = "io.modelcontextprotocol/subscriptionId"
level = "debug"
subscribed = set()
listening = {}


def say(**message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def note(*words):
    with Path(config["record"]).open("a") as file:
        file.write(" ".join(words) + "\n")


def text(value):
    return {"content": [{"type": "text", "text": value}]}


def touch(uri):
    if not modern and any(uri.startswith(one) for one in subscribed):
        say(method="notifications/resources/updated", params={"uri": uri})
    for number, uris in listening.items():
        if any(uri.startswith(one) for one in uris):
            say(method="notifications/resources/updated", params={"uri": uri, "_meta": {ID: number}})


def log(wanted, arguments):
    if wanted in LEVELS and LEVELS.index(arguments["level"]) >= LEVELS.index(wanted):
        about = {"level": arguments["level"], "data": arguments["text"]} | arguments.get("more", {})
        say(method="notifications/message", params=about)


def call(params):
    name, arguments, meta = params["name"], params.get("arguments") or {}, params.get("_meta") or {}
    if name == "touch":
        touch(arguments["uri"])
    elif name == "log":
        log(meta.get("io.modelcontextprotocol/logLevel") if modern else level, arguments)
    elif name == "wait":
        return None
    elif name == "note":
        say(method="notifications/extension/note", params={"text": arguments["text"]})
    elif name == "die":
        os._exit(3)
    return text("done")


def listen(number, wanted):
    uris = [uri for uri in wanted.get("resourceSubscriptions", []) if not uri.endswith("never")]
    note("subscriptions/listen", *sorted(uris))
    listening[number] = uris
    honoured = wanted | ({"resourceSubscriptions": uris} if uris else {})
    say(method="notifications/subscriptions/acknowledged", params={"notifications": honoured, "_meta": {ID: number}})


def greet(method):
    capabilities = {"tools": {}, "resources": {"subscribe": True}, "logging": {}}
    if modern:
        return {"supportedVersions": ["2026-07-28"], "capabilities": capabilities} if "discover" in method else UNKNOWN
    info = {"name": "telling", "version": "1"}
    about = {"protocolVersion": "2025-11-25", "capabilities": capabilities, "serverInfo": info}
    return about if method == "initialize" else UNKNOWN


def listed(method):
    if method == "tools/list":
        return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in TOOLS]}
    return {"resources": [{"uri": uri, "name": uri} for uri in URIS]} if method == "resources/list" else UNKNOWN


def set_level(wanted):
    global level
    level = wanted
    note("logging/setLevel", level)
    return {}


def subscribe(method, uri):
    if uri.endswith("never"):
        return {"code": -32602, "message": "no such resource"}
    note(method, uri)
    (subscribed.add if method == "resources/subscribe" else subscribed.discard)(uri)
    return {}


def answer(number, method, params):
    if method in ("initialize", "server/discover"):
        return greet(method)
    if method.endswith("/list"):
        return listed(method)
    if method == "tools/call":
        return call(params)
    if modern:
        return listen(number, params["notifications"]) if method == "subscriptions/listen" else UNKNOWN
    if method == "logging/setLevel":
        return set_level(params["level"])
    return subscribe(method, params["uri"]) if "subscribe" in method else UNKNOWN


for line in sys.stdin:
    message = json.loads(line)
    method, number = message.get("method", ""), message.get("id")
    if method == "notifications/cancelled" and message["params"].get("requestId") in listening:
        note("cancelled", *sorted(listening.pop(message["params"]["requestId"])))
    if number is None or not method:
        continue
    result = answer(number, method, message.get("params") or {})
    if result is not None and "code" in result:
        say(id=number, error=result)
    elif result is not None:
        say(id=number, result=result | (MODERN if modern else {}))
