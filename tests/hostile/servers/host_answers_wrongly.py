"""Answers with something that is no MCP, with variants.

far: yes
state: failed
variants: html, error, half, deep, nothing, noise
"""

from _host import head, serve, variant

ANSWER = {
    "html": head("text/html") + b"<h1>It works!</h1>",
    "error": head("text/plain", "500 Internal Server Error") + b"\x1b[2Jsecret stack trace",
    "half": head() + b'{"jsonrpc": "2.0", "id": 1, "resu',
    "deep": head() + b'{"jsonrpc": "2.0", "id": 1, "result": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "nothing": b"",
    "noise": bytes(range(256)) * 100,
}

serve(lambda connection, request: connection.sendall(ANSWER[variant()]))
