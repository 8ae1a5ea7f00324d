"""The built site behind real web servers, on loopback."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, replace

import pytest
from tests.nginx import free_port, nginx_command, program

from hub_build.compile import compile_registry
from hub_build.compress import with_copies
from hub_build.hosts import caddy, nginx
from hub_build.outputs import render
from hub_build.write import write_site
from hub_launch.judge.registry import read_registry

START_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Host:
    """A running web server. What is asked goes over the wire exactly as it is written here."""

    def __init__(self, name, port, process):
        self.name, self.port, self.process = name, port, process

    def ask(self, target, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, headers={key.replace("_", "-"): value for key, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def wait(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended: {self.process.stderr.read()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return self
        raise AssertionError(f"{self.name} does not listen")


def serve_by_nginx(site, folder, port):
    return nginx_command(folder, nginx.config(str(site), f"127.0.0.1:{port}"))


def caddy_command(site, folder, port):
    config = folder / "Caddyfile"
    address = f"http://127.0.0.1:{port}"
    config.write_text("{\n\tadmin off\n}\n" + caddy.config(str(site), address))
    return [program("caddy", "caddy"), "run", "--config", str(config), "--adapter", "caddyfile"]


def serve_command(site, folder, port):
    return [sys.executable, "-m", "hub_build.cli.main", "serve", str(site), "--port", str(port)]


COMMANDS = {"nginx": serve_by_nginx, "caddy": caddy_command, "serve": serve_command}


@pytest.fixture(scope="session")
def compiled(tmp_path_factory, make_registry):
    """Servers as awkward as the rules allow."""
    registry = make_registry(tmp_path_factory.mktemp("awkward") / "registry")
    registry.add("weather", tags=["rain"], description="Forecasts <script>alert(1)</script> & more.")
    registry.add("plus", version="1.0.0+20130313144700")
    registry.add("old", status="deprecated", published="2026-01-02")
    registry.add("gone", status="withdrawn")
    registry.add("docs", name="com.Example/Docs.html", remotes=[{"type": "sse", "url": "https://example.com/sse"}])
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.add("api", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    for number in range(60):
        registry.add(f"many-{number}", description=f"Server number {number} of many.")
    return replace(compile_registry(read_registry(registry.folder)), base_url="https://registry.example.com/")


@pytest.fixture(scope="session")
def files(compiled):
    return with_copies(render(compiled))


@pytest.fixture(scope="session")
def site(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served") / "site"
    write_site(folder, files)
    (folder / "docs").mkdir()
    (folder / "docs/index.html").write_text("<p>pages of another hand</p>")
    return folder


@pytest.fixture(scope="session", params=COMMANDS)
def host(request, site, tmp_path_factory):
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    command = COMMANDS[request.param](site, folder, port)
    env = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Host(request.param, port, process).wait()
        finally:
            process.terminate()
            process.communicate(timeout=30)
