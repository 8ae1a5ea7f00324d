"""Answers without end, with variants of how.

far: yes
state: failed
variants: headers, body, comments, events, drip
"""

import time

from _host import head, serve, variant

ENDLESS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"x" * 1000 + b"\r\n"),
    "body": (head() + b'{"jsonrpc": "2.0", "id": 1, "result": "', b"x" * 65536),
    "comments": (head("text/event-stream"), b": " + b"x" * 1000 + b"\n\n"),
    "events": (head("text/event-stream"), b"data: " + b"x" * 65536),
    "drip": (head("text/event-stream"), b":"),
}


def misbehave(connection, request):
    start, more = ENDLESS[variant()]
    connection.sendall(start)
    # As good as endless: a limit is met long before, and without one much memory is taken.
    for _ in range(400_000_000 // len(more)):
        connection.sendall(more)
        if variant() == "drip":
            time.sleep(0.05)


serve(misbehave)
