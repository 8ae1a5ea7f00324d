import http.server
import socket
import threading

import pytest
import uvicorn
from fastmcp import FastMCP
from pydantic import TypeAdapter

from hub_build.online import remotes, run
from hub_build.online.remotes import answers, is_public
from hub_launch.catalog import Remote
from hub_launch.errors import HubError
from hub_launch.judge.registry import read_registry

# A hang guard, not an expectation.
PATIENCE_SECONDS = 20


def anywhere(host):
    return True


@pytest.fixture
def served():
    """A real MCP server on a free port of loopback: transport -> its address."""
    running = []

    def serve(transport):
        app = FastMCP("weather").http_app(transport=transport)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", ws="none"))
        listener = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread, listener))
        path = "sse" if transport == "sse" else "mcp"
        return f"http://127.0.0.1:{listener.getsockname()[1]}/{path}"

    yield serve
    for server, thread, listener in running:
        server.should_exit = server.force_exit = True
        thread.join(PATIENCE_SECONDS)
        listener.close()


@pytest.fixture
def web():
    """An HTTP server on loopback that gives every request the status, and headers, that it is told."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.server.paths.append(self.path)
            self.send_response(self.server.status)
            for name, value in self.server.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.status, server.headers, server.paths = 200, {}, []
    server.url = f"http://127.0.0.1:{server.server_port}/mcp"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join(PATIENCE_SECONDS)
    server.server_close()


def remote(url, kind="streamable-http"):
    return TypeAdapter(Remote).validate_python({"type": kind, "url": url})


def refusal(url, allowed=anywhere):
    with pytest.raises(HubError) as caught:
        answers(remote(url), allowed)
    return caught.value.message


@pytest.mark.parametrize("kind", ["streamable-http", "sse"])
def test_a_server_that_answers_is_good(served, kind):
    answers(remote(served("sse" if kind == "sse" else "http"), kind), anywhere)


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_wants_credentials_is_there(web, status):
    web.status = status
    answers(remote(web.url), anywhere)


@pytest.mark.parametrize("status", [404, 500])
def test_another_status_is_told(web, status):
    web.status = status
    assert f"HTTP status {status}" in refusal(web.url)


def test_a_redirect_is_not_followed(web):
    web.status, web.headers = 302, {"Location": "/internal"}
    assert "HTTP status 302" in refusal(web.url)
    assert "/internal" not in web.paths


def test_nobody_there_is_told(web):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "did not answer" in refusal(f"http://127.0.0.1:{port}/mcp")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "localhost", "[::ffff:10.0.0.1]"]
)
def test_addresses_of_the_network_that_checks_are_not_asked(host, web):
    assert "not of the public internet" in refusal(f"http://{host}:{web.server_port}/mcp", allowed=None)
    assert web.paths == []


def test_public_addresses_are_asked():
    assert is_public("8.8.8.8")


def test_a_name_without_an_address_is_told():
    with pytest.raises(HubError, match="has no address here"):
        is_public("nowhere.invalid")


def test_an_address_that_does_not_answer_needs_a_person(registry):
    registry.add("weather", packages=..., remotes=[{"type": "sse", "url": "https://nowhere.invalid/sse"}])
    (finding,) = run.ask_online(read_registry(registry.folder), [], None, "2026-11-21")
    assert (finding.severity.name, finding.rule, finding.pointer) == ("REVIEW", "could-not-check", "/remotes/0/url")


def test_an_address_with_variables_is_for_a_person(registry, monkeypatch):
    monkeypatch.setattr(remotes, "answers", None)
    url = {"type": "sse", "url": "https://{place}.example.com/sse", "variables": {"place": {}}}
    registry.add("weather", packages=..., remotes=[url])
    (finding,) = run.ask_online(read_registry(registry.folder), [], None, "2026-11-21")
    assert "variables" in finding.message
