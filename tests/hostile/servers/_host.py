"""A hostile host: each connection is a thread that gets the request and may do with the socket what it likes."""

import contextlib
import json
import socket
import sys
import threading


def serve(misbehave):
    """Print the address, and have `misbehave(connection, request)` deal with each connection, for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_one, args=(connection, misbehave), daemon=True).start()


def _one(connection, misbehave):
    # Whoever is hurt hangs up.
    with connection, contextlib.suppress(OSError):
        misbehave(connection, _request(connection))


def _request(connection):
    """The JSON-RPC request of the first HTTP request; empty for one that has none."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", 0)):
        body += connection.recv(65536)
    return json.loads(body) if body else {}


def head(kind="application/json", status="200 OK", **more):
    """The beginning of an answer; without a length it lasts until the connection ends."""
    fields = {"content-type": kind, "connection": "close"} | {key.replace("_", "-"): more[key] for key in more}
    lines = [f"HTTP/1.1 {status}", *(f"{key}: {value}" for key, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def variant():
    return sys.argv[1]
