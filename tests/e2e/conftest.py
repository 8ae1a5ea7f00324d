"""A fresh copy of the checkout, and hubs started from it as a user would."""

import http.server
import os
import re
import shutil
import signal
import subprocess
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A first start downloads packages; on a slow day that takes minutes.
READY_SECONDS = 300
# What the README promises for Ctrl-C, and some room for a busy machine to notice.
STOP_SECONDS = 15


class Hub:
    """A running `hub-launch`, with what it printed."""

    def __init__(self, command: Sequence[str], **options: object) -> None:
        self.process = subprocess.Popen(  # type: ignore[call-overload]
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **options,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        self.lines.extend(line.rstrip("\n") for line in self.process.stdout)

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, pattern: str, seconds: float = READY_SECONDS) -> re.Match[str]:
        """The first match of the pattern in what the hub prints."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.output, re.MULTILINE):
                return found
            if self.process.poll() is not None:
                self._reader.join(5)
                found = re.search(pattern, self.output, re.MULTILINE)
                assert found, f"the hub ended ({self.process.returncode}) before /{pattern}/:\n{self.output}"
                return found
            time.sleep(0.05)
        raise AssertionError(f"no /{pattern}/ within {seconds} s:\n{self.output}")

    def ready(self) -> str:
        """Wait until the hub is ready; its address without a path."""
        address = self.wait_for(r"^MCP endpoint\s+(http://\S+)/mcp\b").group(1)
        self.wait_for(r"^Ready\.")
        return address

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal to the hub alone, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def kill_rest(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self._reader.join(5)
        self.process.stdout.close()


def descendants(pid: int) -> set[int]:
    """All processes below `pid`, from /proc."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@pytest.fixture
def tree() -> Callable[[int], set[int]]:
    """What runs below a process; Linux only."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are looked up in /proc, which only Linux has")
    return descendants


@pytest.fixture(scope="session")
def scripts() -> Path:
    """The folder with hub-launch, hub-build, uvx and npx of the environment that runs the tests."""
    return Path(sysconfig.get_path("scripts"))


@pytest.fixture(scope="session")
def site(scripts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's registry, compiled."""
    target = tmp_path_factory.mktemp("site") / "site"
    subprocess.run([scripts / "hub-build", "site", "-o", target], cwd=ROOT, check=True)
    return target


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages that the launcher installed for any test, as on a real machine."""
    base = tmp_path_factory.getbasetemp()
    # The workers of one run have folders beside each other.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "packages"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def environment(scripts: Path, packages: Path, tmp_path: Path) -> dict[str, str]:
    """The user's environment with an empty state of the launcher; what was installed and downloaded is shared."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "packages").symlink_to(packages)
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(scripts), os.environ["PATH"]]),
        "HUB_CACHE_DIR": str(tmp_path / "cache"),
        "HUB_STATE_DIR": str(tmp_path / "state"),
        "HUB_CONFIG_DIR": str(tmp_path / "config"),
    }


@pytest.fixture
def start_hub() -> Iterator[Callable[..., Hub]]:
    """Start a hub; whatever is left of it after the test is ended."""
    hubs: list[Hub] = []

    def start(command: Sequence[str], **options: object) -> Hub:
        hubs.append(Hub([str(word) for word in command], **options))
        return hubs[-1]

    yield start
    for hub in hubs:
        hub.kill_rest()


@pytest.fixture(scope="session")
def fresh_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this checkout as it is now: tracked and new files, nothing that was built or installed."""
    target = tmp_path_factory.mktemp("clone") / "project"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    for words in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"], ["commit", "--quiet", "-m", "it"]):
        subprocess.run(["git", *who, *words], cwd=target, check=True)
    return target


@pytest.fixture(scope="session")
def bare_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with Python, git, make and the system's small tools, and without Node, npm, uv and docker."""
    folder = tmp_path_factory.mktemp("bin")
    hidden = {"node", "nodejs", "npm", "npx", "corepack", "uv", "uvx", "docker", "podman"}
    for place in map(Path, ("/bin", "/usr/bin")):
        for program in place.iterdir():
            if program.name not in hidden and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program.resolve() if program.name == "sh" else program)
    python = shutil.which("python3")
    assert python
    (folder / "python3").unlink(missing_ok=True)
    # A version manager's shim looks itself up by PATH; what it stands for does not.
    real = subprocess.run(
        [python, "-c", "import sys; print(sys._base_executable)"], check=True, capture_output=True, text=True
    )
    (folder / "python3").symlink_to(real.stdout.strip())
    return str(folder)


class LoopbackApi:
    """An HTTP API on this machine that stands in for a public one, and remembers what it was asked."""

    def __init__(self, answer: bytes) -> None:
        requests = self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                requests.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def loopback_api() -> Iterator[LoopbackApi]:
    """Open-Meteo's answer, without Open-Meteo."""
    api = LoopbackApi(b'{"latitude": 48.85, "longitude": 2.35, "current": {"temperature_2m": 18.5}}')
    yield api
    api.close()
