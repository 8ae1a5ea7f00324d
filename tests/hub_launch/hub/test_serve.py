import json
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.serve import listen, serve_http
from hub_launch.run.supervisor import Supervisor

# A hub over stdio, in a process of its own; its argument is JSON: id -> command line.
HUB = """
import json, sys
from pathlib import Path
from hub_launch.hub.serve import serve_stdio
from hub_launch.plan import StdioLaunch
from hub_launch.run.supervisor import Supervisor
launches = [StdioLaunch(name, name, "test", tuple(argv)) for name, argv in json.loads(sys.argv[1]).items()]
serve_stdio(Supervisor(launches, [], Path(sys.argv[2]), lambda status: None))
"""


def test_a_port_in_use_is_named_and_another_proposed():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HubError) as caught:
            listen("127.0.0.1", port)
    assert caught.value.code == ExitCode.PORT
    assert caught.value.message == f"Port {port} on 127.0.0.1 is in use, so nothing was started"
    assert f"--port {port + 1}" in caught.value.hint


def test_port_zero_finds_a_free_one():
    with listen("127.0.0.1", 0) as one, listen("127.0.0.1", 0) as two:
        assert 0 != one.getsockname()[1] != two.getsockname()[1] != 0


def test_the_listener_says_that_it_is_tcp():
    # asyncio sends small answers at once (TCP_NODELAY) only where the socket says so; otherwise a call takes 40 ms.
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_port_that_was_just_freed_is_free():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listener.accept()
            accepted.close()
    listen("127.0.0.1", port).close()


def test_a_port_that_may_not_be_used_is_named(monkeypatch):
    def forbidden(self, address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", forbidden)
    with pytest.raises(HubError, match=r"Cannot listen on 127\.0\.0\.1 port 80: Permission denied") as caught:
        listen("127.0.0.1", 80)
    assert caught.value.code == ExitCode.PORT


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_ipv6_address_is_listened_on():
    with listen("::1", 0) as listener:
        assert listener.family == socket.AF_INET6


def test_serving_ends_by_itself_when_nothing_serves(tmp_path, launch):
    supervisor = Supervisor([launch("aa", exit=1)], [], tmp_path, lambda status: None)
    asked = []
    with listen("127.0.0.1", 0) as listener:
        serve_http(supervisor, listener, lambda: bool(asked.append(1)))
    assert asked == [1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_serving_and_every_child_without_an_exception(tmp_path, launch, alive, number):
    supervisor = Supervisor([launch("aa"), launch("bb", ignore_eof=True)], [], tmp_path, lambda status: None)
    pids = []

    def ready():
        pids.extend(server.backend.child._process.pid for server in supervisor.servers.values())
        threading.Timer(0.05, os.kill, (os.getpid(), number)).start()
        return True

    with listen("127.0.0.1", 0) as listener:
        serve_http(supervisor, listener, ready)
    assert len(pids) == 2
    assert [alive(pid) for pid in pids] == [False, False]


@pytest.fixture
def stdio_hub(tmp_path, launch):
    """A hub over stdio in its own process, and the ids of its children's processes."""
    argv = {"aa": launch("aa", tools=["pid"], ignore_eof=True).argv}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", HUB, json.dumps(argv), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def ask(method, **params):
        print(
            json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}), file=process.stdin, flush=True
        )
        # Notifications may come in between.
        while "id" not in (answer := json.loads(process.stdout.readline())):
            pass
        return answer["result"]

    client = {"name": "test", "version": "1"}
    ask("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=client)
    print('{"jsonrpc": "2.0", "method": "notifications/initialized"}', file=process.stdin, flush=True)
    yield process, ask
    process.kill()
    process.communicate()


def test_over_stdio_the_hub_serves_one_client_and_ends_with_its_input(stdio_hub, alive):
    process, ask = stdio_hub
    assert [tool["name"] for tool in ask("tools/list")["tools"]] == ["aa_pid"]
    pid = int(ask("tools/call", name="aa_pid", arguments={})["content"][0]["text"])
    assert alive(pid)
    out, err = process.communicate(timeout=20)
    # That the list changed may be said after the last answer.
    assert not [line for line in out.splitlines() if "id" in json.loads(line)]
    assert (process.returncode, err) == (0, "")
    assert not alive(pid)


def test_over_stdio_a_signal_ends_the_hub_and_its_children(stdio_hub, alive):
    process, ask = stdio_hub
    pid = int(ask("tools/call", name="aa_pid", arguments={})["content"][0]["text"])
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert not alive(pid)
