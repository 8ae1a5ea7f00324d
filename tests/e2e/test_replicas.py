"""Hubs behind a real nginx, sharing sessions in a real Redis, and servers of their own: what is lost, and when.

`make long` restarts more of them, more often.
"""

import asyncio
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from tests.nginx import free_port, nginx_command, program

ROOT = Path(__file__).parents[2]
CONFIG = (ROOT / "deploy" / "nginx-hub.conf").read_text()
SERVER = Path(__file__).with_name("slow_echo.py")
PATIENCE_SECONDS = 60
TOKEN = "tok-0123456789abcdef0123456789abcdef"
DRAIN_SECONDS = 1
# Between two calls of a client: what is looked for is what gets lost, and not how much goes through.
PAUSE_SECONDS = 0.02

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("replicas"),
    pytest.mark.skipif(sys.platform != "linux", reason="nginx and Redis of Debian"),
]

# Beside the documented configuration: the one address of a server's instances, such as a Service of Kubernetes.
SERVICE = """
    upstream servers {{
        server 127.0.0.1:{first} max_fails=0;
        server 127.0.0.1:{second} max_fails=0;
    }}
    server {{
        listen 127.0.0.1:{service};
        location / {{
            proxy_pass http://servers;
            proxy_set_header Host $host;
            proxy_buffering off;
        }}
    }}
"""


class Rig:
    """Redis, two instances of a server, hubs, and nginx before each of them."""

    def __init__(self, folder, scripts, hubs):
        self.folder = folder
        self.launcher = str(scripts / "hub-launch")
        self.redis_port, self.nginx_port, self.service_port = free_port(), free_port(), free_port()
        self.server_ports = [free_port(), free_port()]
        self.hub_ports = [free_port() for _ in range(hubs)]
        self.processes = {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.nginx_port}/mcp"

    def start(self):
        self.write()
        self.run(
            "redis",
            [
                program("redis-server", "redis-server"),
                "--port",
                str(self.redis_port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
            ],
        )
        for port in self.server_ports:
            self.start_server(port)
        for port in self.hub_ports:
            self.start_hub(port)
        self.run("nginx", nginx_command(self.folder, self.nginx_config()))
        for port in (*self.server_ports, *self.hub_ports):
            self.wait_ready(port)

    def nginx_config(self):
        config = CONFIG.replace("listen 80;", f"listen 127.0.0.1:{self.nginx_port};")
        hubs = [f"server 127.0.0.1:{port} max_fails=0;" for port in self.hub_ports]
        config = config.replace("server 10.0.0.11:8080 max_fails=0;", "\n".join(hubs))
        config = config.replace("server 10.0.0.12:8080 max_fails=0;", "")
        assert "10.0.0" not in config, "the documented configuration has other addresses now"
        first, second = self.server_ports
        return config + SERVICE.format(first=first, second=second, service=self.service_port)

    def write(self):
        own = {"echo": {"command": sys.executable, "args": ["-I", str(SERVER)]}}
        remote = {
            "echo": {"url": f"http://127.0.0.1:{self.service_port}/mcp", "headers": {"Authorization": "${GIVEN}"}}
        }
        (self.folder / "server.yaml").write_text(json.dumps({"servers": own}))
        (self.folder / "hub.yaml").write_text(json.dumps({"servers": remote}))

    def start_server(self, port):
        words = ["serve", "echo", "--config", str(self.folder / "server.yaml"), "--drain", str(DRAIN_SECONDS)]
        self.launch(port, words, HUB_TOKEN=TOKEN)

    def start_hub(self, port):
        words = ["run", "--config", str(self.folder / "hub.yaml"), "--drain", str(DRAIN_SECONDS)]
        self.launch(port, words, HUB_SESSIONS=f"redis://127.0.0.1:{self.redis_port}/0", GIVEN=f"Bearer {TOKEN}")

    def launch(self, port, words, **variables):
        state = {f"HUB_{name}_DIR": str(self.folder / str(port) / name) for name in ("CACHE", "STATE", "CONFIG")}
        environ = {**os.environ, **state, **variables, "HUB_SANDBOX": "off"}
        self.run(port, [self.launcher, *words, "--yes", "--no-audit", "--port", str(port)], environ)

    def run(self, name, command, environ=None):
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            command, env=environ, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        log.close()

    def wait_ready(self, port):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.ready(port) != 200:
            assert self.processes[port].poll() is None, (self.folder / f"{port}.log").read_text()
            assert time.monotonic() < deadline, (self.folder / f"{port}.log").read_text()
            time.sleep(0.05)

    @staticmethod
    def ready(port):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            return opener.open(f"http://127.0.0.1:{port}/readyz", timeout=5).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def stop(self, port, number=signal.SIGTERM):
        self.processes[port].send_signal(number)
        return self.processes[port].wait(PATIENCE_SECONDS)

    def close(self):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Load:
    """Clients of both eras that call without end, and what became of each call."""

    url: str
    clients: int
    calls: list[tuple[str, float, float, str]] = field(default_factory=list)
    """Client, when it was begun, how long it took beside the server's own work, and the error or nothing."""
    stopping: bool = False

    @contextlib.asynccontextmanager
    async def running(self):
        modes = ["legacy", "auto"] * self.clients
        tasks = [asyncio.create_task(self.client(f"{mode}{n}", mode)) for n, mode in enumerate(modes)]
        try:
            await self.each_called()
            yield
            await self.each_called()
        finally:
            self.stopping = True
            await asyncio.gather(*tasks)

    async def each_called(self):
        """Wait until every client has had an answer to a call that was begun after this."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len({name for name, when, _, error in self.calls if when > began and not error}) < 2 * self.clients:
                await asyncio.sleep(0.02)

    async def client(self, name, mode):
        async with Client(StreamableHttpTransport(self.url), mode=mode, timeout=PATIENCE_SECONDS) as client:
            number = 0
            while not self.stopping:
                number += 1
                await self.call(client, name, f"{name} {number}", 0.3 if number % 10 == 0 else 0)
                await asyncio.sleep(PAUSE_SECONDS)

    async def call(self, client, name, text, seconds):
        began, error = time.monotonic(), ""
        try:
            answer = await client.call_tool("echo_say", {"text": text, "seconds": seconds})
            assert answer.content[0].text == text, "somebody else's answer"
        except AssertionError:
            raise
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
        self.calls.append((name, began, max(0.0, time.monotonic() - began - seconds), error))

    @property
    def errors(self):
        return [error for *_, error in self.calls if error]

    def figures(self, title):
        times = sorted(1000 * took for _, _, took, _ in self.calls)
        p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
        counts = f"{title}: {len(times)} calls, {len(self.errors)} failed"
        print(f"{counts}, p50 {p50:.1f} ms, p99 {p99:.0f} ms, most {times[-1]:.0f} ms")


@pytest.fixture(scope="module")
def start_rig(tmp_path_factory, scripts):
    with contextlib.ExitStack() as opened:

        def start(hubs):
            one = Rig(tmp_path_factory.mktemp("replicas"), scripts, hubs)
            opened.callback(one.close)
            one.start()
            return one

        yield start


@pytest.fixture(scope="module")
def rig(start_rig):
    return start_rig(hubs=2)


async def restarted(rig, port, load):
    assert await asyncio.to_thread(rig.stop, port) == 0
    (rig.start_hub if port in rig.hub_ports else rig.start_server)(port)
    await asyncio.to_thread(rig.wait_ready, port)
    await load.each_called()


async def test_a_rolling_restart_of_hubs_loses_no_reply(rig):
    load = Load(rig.url, clients=3)
    async with load.running():
        for port in rig.hub_ports:
            await restarted(rig, port, load)
    load.figures("hubs restarted one after the other")
    assert load.errors == []


@pytest.mark.long
async def test_nor_do_many_of_hubs_and_servers(start_rig):
    rig = start_rig(hubs=3)
    load = Load(rig.url, clients=6)
    async with load.running():
        for port in 2 * [*rig.hub_ports, *rig.server_ports]:
            await restarted(rig, port, load)
    load.figures("three hubs and two servers, each restarted twice")
    assert load.errors == []


async def calls_while_killed(rig, port, words):
    """What became of the calls of three clients meanwhile; the other one of the two is there all the time."""
    load = Load(rig.url, clients=3)
    async with load.running():
        await asyncio.to_thread(rig.stop, port, signal.SIGKILL)
        await load.each_called()
    load.figures(words)
    # Each client has one call under way.
    assert len(load.errors) <= 2 * load.clients
    return load


async def test_a_killed_hub_costs_what_it_had_under_way_and_no_session(rig):
    killed = rig.hub_ports[0]
    load = await calls_while_killed(rig, killed, "one hub of two killed")
    # What the SDK says of a 502, whose body has more.
    assert set(load.errors) <= {"MCPError: Server returned an error response"}
    rig.start_hub(killed)
    await asyncio.to_thread(rig.wait_ready, killed)


async def test_a_killed_server_costs_what_it_had_under_way(rig):
    killed = rig.server_ports[0]
    load = await calls_while_killed(rig, killed, "one server of two killed")
    assert all("echo" in error for error in load.errors)
    rig.start_server(killed)
    await asyncio.to_thread(rig.wait_ready, killed)
