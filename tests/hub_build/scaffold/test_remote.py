import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hub_build.scaffold.remote import RemoteFacts, asked, drafted

RESULT = {"serverInfo": {"name": "pets", "title": "Pets", "version": "1.2.0"}, "instructions": "Find pets."}
ANSWER = json.dumps({"jsonrpc": "2.0", "id": 1, "result": RESULT}).encode()


@pytest.fixture
def serve():
    """Serve one answer to every POST; returns the address."""
    servers = []

    def start(status, body):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/mcp"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("body", [ANSWER, b"event: message\r\ndata: " + ANSWER + b"\n\n"])
def test_a_server_says_who_it_is(serve, body):
    facts = asked(serve(200, body))
    assert facts.info == RESULT["serverInfo"]
    assert facts.instructions == "Find pets."


def test_a_server_that_wants_credentials_is_asked_no_further(serve):
    assert asked(serve(401, b"")).locked


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"error": {}}', b""])
def test_what_is_no_mcp_server_is_told(serve, body):
    assert asked(serve(200, body)).failed


def test_nobody_there_is_told():
    assert "cannot be reached" in asked("http://127.0.0.1:9/mcp").failed


def test_a_remote_becomes_an_entry(request_):
    facts = RemoteFacts("https://mcp.pets.example/mcp", info=RESULT["serverInfo"], instructions="Find pets.")
    document = drafted(facts, request_()).document
    assert (document["id"], document["name"], document["title"]) == ("pets", "example.pets/pets", "Pets")
    assert document["remotes"] == [{"type": "streamable-http", "url": "https://mcp.pets.example/mcp"}]
    assert document["permissions"] == {"network": ["mcp.pets.example"]}


def test_a_locked_one_asks_its_users_for_a_token(request_):
    document = drafted(RemoteFacts("https://mcp.pets.example/mcp", locked=True), request_()).document
    (header,) = document["remotes"][0]["headers"]
    assert (header["name"], header["value"]) == ("Authorization", "Bearer {token}")
    assert header["variables"]["token"]["isSecret"]
