"""The image and the Compose project: what site_src/docs/deploying.md shows is run as it stands there.

By Podman, on a base that is made of this machine's files, since no image can be fetched here. Ports are others.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from filelock import FileLock
from tests.docs.pages import DOCS, commands
from tests.e2e.base_image import make_base
from tests.e2e.engine import BASE, IMAGE, SECONDS, make_engine
from tests.nginx import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.xdist_group("deploying")]

ROOT = Path(__file__).parents[2]
SHOWN = commands(DOCS / "deploying.md")
# What the official image of Caddy says of itself.
CADDY = "localhost/caddy:1"
AS_CADDY = (
    'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
    *("ENV XDG_CONFIG_HOME=/config", "ENV XDG_DATA_HOME=/data"),
)
# What the page says of its size, and some room.
MAX_BYTES = 360_000_000
# What the page promises for its end, the engine's own work, and some room for a busy machine.
STOP_SECONDS = 15
PATIENCE_SECONDS = 300


@pytest.fixture(scope="module")
def image_packages(request):
    """The wheels that the image is made of, fetched once for all runs of the tests."""
    folder = request.config.cache.mkdir("image-packages")
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--find-links", folder, "--dest", folder]
    with FileLock(folder.with_suffix(".lock")):
        done = subprocess.run(
            [*words, f"{ROOT}/launcher[runners,otel,redis]", "hatchling"], capture_output=True, text=True
        )
    if done.returncode:
        pytest.skip(f"pip cannot fetch what the image is made of: {done.stderr.strip()}")
    return folder


@pytest.fixture(scope="module")
def engine(podman, image_packages, tmp_path_factory):
    """`docker`, which has the base."""
    if shutil.which("caddy") is None:
        pytest.skip("caddy, which serves the registry's site, is not installed (apt-get install caddy)")
    # Podman wants short paths for its sockets, and those of tests are long.
    folder = Path(tempfile.mkdtemp(prefix="podman-"))
    engine = make_engine(folder, podman, image_packages)
    root = tmp_path_factory.mktemp("base") / "root"
    make_base(root, Path(shutil.which("busybox")), Path(shutil.which("caddy")))
    archive = shutil.make_archive(str(root), "tar", root)
    engine.said("import", archive, BASE)
    engine.said("import", *(word for change in AS_CADDY for word in ("--change", change)), archive, CADDY)
    yield engine
    engine.call("rm", "--all", "--force", "--time", "0")
    engine.call("volume", "rm", "--all", "--force")
    engine.call("network", "prune", "--force")
    engine.call("rmi", "--all", "--force")
    shutil.rmtree(folder, ignore_errors=True)


class Reader:
    """Somebody who does what the page shows, from the first line on. port: what 8080 is here; registry_port: 8081."""

    def __init__(self, engine, folder, scripts):
        self.engine, self.folder = engine, folder
        self.port, self.registry_port = free_port(), free_port()
        said = {"HUB_PORT": str(self.port), "REGISTRY_PORT": str(self.registry_port), "REGISTRY_IMAGE": CADDY}
        self._env = {**os.environ, "PATH": f"{engine.path}{os.pathsep}{scripts}", **said}
        self._left = list(SHOWN)

    def until(self, word):
        """Run what comes next, up to the first command with that in it; its output."""
        while True:
            command = self._left.pop(0)
            here = command.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
            here = here.replace("127.0.0.1:8081", f"127.0.0.1:{self.registry_port}")
            done = subprocess.run(
                ["bash", "-ec", here], cwd=self.folder, env=self._env,
                capture_output=True, text=True, check=False, timeout=SECONDS,
            )  # fmt: skip
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            if word in command:
                return done.stdout.strip()

    def is_over(self):
        return not self._left

    def token(self):
        return (self.folder / "deploy/secret/hub-token").read_text().strip()

    def client(self):
        transport = StreamableHttpTransport(f"http://127.0.0.1:{self.port}/mcp", auth=self.token())
        return Client(transport, timeout=PATIENCE_SECONDS)

    def wait_for(self, container, pattern):
        """Until the container's log has that."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not re.search(pattern, log := self.log(container), re.MULTILINE):
            assert time.monotonic() < deadline, log
            time.sleep(0.2)

    def log(self, container):
        done = self.engine.call("logs", container)
        return done.stdout + done.stderr

    def about(self, container, what):
        return self.engine.said("inspect", "--format", "{{" + what + "}}", container)


@pytest.fixture(scope="module")
def reader(engine, fresh_clone, scripts):
    """Has built the image."""
    reader = Reader(engine, fresh_clone, scripts)
    reader.until("docker build")
    return reader


def test_the_image_is_small_and_says_what_it_is(reader):
    image, base = (json.loads(reader.engine.said("image", "inspect", name))[0] for name in (IMAGE, BASE))
    assert image["Size"] - base["Size"] < MAX_BYTES
    assert image["Labels"]["org.opencontainers.image.source"] == "https://github.com/mcp-hub-launch/registry"
    assert image["Config"]["User"] == "65532:65532"
    assert image["Healthcheck"]["Test"] == ["CMD", "hub-launch", "status"]


def test_without_a_token_it_does_not_serve(reader):
    done = reader.engine.call("run", "--rm", IMAGE, "time", "--host", "0.0.0.0", "--yes")
    assert done.returncode == 2
    assert "the hub would not ask who is calling" in done.stderr


async def test_a_hub_in_a_container(reader):
    reader.until("docker run --detach")
    reader.wait_for("hub", r"^Ready\.")
    async with reader.client() as client:
        names = {tool.name for tool in await client.list_tools()}
        assert {"time_get_current_time", "everything_echo"} <= names
        echoed = await client.call_tool("everything_echo", {"message": "from a container"})
        told = await client.call_tool("time_get_current_time", {"timezone": "Europe/Paris"})
    assert "from a container" in echoed.content[0].text
    assert "Europe/Paris" in told.content[0].text
    assert httpx2.get(f"http://127.0.0.1:{reader.port}/v0/servers").status_code == 401
    assert "ready" in reader.until("docker exec hub hub-launch status")
    assert "time" in reader.until("curl")


def test_it_is_healthy(reader):
    reader.engine.said("healthcheck", "run", "hub")


def test_its_servers_are_held_by_landlock(reader):
    # What was shown before they were started; each start fails that cannot have what was shown.
    assert reader.log("hub").count("Landlock holds it to that") == 2
    checks = json.loads(reader.engine.call("exec", "hub", "hub-launch", "doctor", "--format", "json").stdout)
    assert [one["said"] for one in checks if one["check"] == "sandbox"] == ["landlock"]


def test_nobody_in_it_is_root_and_nothing_is_written_outside_of_its_volume(reader):
    users = reader.engine.said("top", "hub", "huser", "hgroup", "capeff").splitlines()[1:]
    assert {tuple(line.split()) for line in users} == {("65532", "65532", "none")}
    # What is mounted is under its name there, and nothing else.
    changes = {line.split(maxsplit=1)[1] for line in reader.engine.said("diff", "hub").splitlines()}
    assert changes <= {"/etc", "/etc/ssl", "/etc/ssl/certs", "/registry", "/run", "/run/secrets", "/data", "/tmp"}


def test_orphans_in_it_are_taken_notice_of(reader):
    reader.engine.said("exec", "hub", "sh", "-c", "sleep 0.1 & sleep 0.1 &")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while re.search(r"\bsleep\b", reader.engine.said("top", "hub", "pid", "state", "comm")):
        assert time.monotonic() < deadline, "an orphan stayed as a zombie"
        time.sleep(0.1)


def test_its_end_is_quick_and_leaves_nothing(reader):
    began = time.monotonic()
    reader.until("docker stop hub")
    assert time.monotonic() - began < STOP_SECONDS
    assert reader.about("hub", ".State.ExitCode") == "0"
    assert "All servers ended." in reader.log("hub")
    reader.engine.said("rm", "hub")


async def test_the_compose_project(reader):
    reader.until("up --detach")
    reader.wait_for("mcp-hub_hub_1", r"^Ready\.")
    reader.engine.said("healthcheck", "run", "mcp-hub_hub_1")
    assert reader.about("mcp-hub_hub_1", ".HostConfig.ReadonlyRootfs") == "true"
    async with reader.client() as client:
        assert (await client.call_tool("everything_echo", {"message": "hello"})).content[0].text == "Echo: hello"
    assert "mcp-hub_hub_1" in reader.until("ps")
    reader.until("--profile registry up")
    reader.wait_for("mcp-hub_registry_1", "serving initial configuration")
    assert json.loads(reader.until("curl"))["metadata"]["count"] > 100
    reader.until("down")
    assert reader.engine.said("ps", "--all", "--quiet") == ""


def test_all_that_is_shown_was_run(reader):
    assert reader.is_over()
