"""Real parts for all tests: entries, registries in a folder, tiny servers, a loopback web server, a command line."""

import contextlib
import functools
import http.server
import io
import json
import logging
import os
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hub_launch.catalog import Entry, canonical_json, kinds_of, sha256_hex, to_server
from hub_launch.cli.main import main
from hub_launch.cli.terminal import Terminal
from hub_launch.index.places import Place
from hub_launch.index.registry import Registry
from hub_launch.plan import Context, StdioLaunch
from hub_launch.settings import Settings

# A hang guard, not an expectation: what should happen happens in a fraction of this.
PATIENCE_SECONDS = 20


@pytest.fixture(autouse=True)
def _quiet_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that runs the tests reaches into them."""
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith(("HUB_", "npm_config_", "NPM_CONFIG_", "UV_")):
            monkeypatch.delenv(name)
    # The programs of these tests lie all over the machine; those of tests/e2e are shut in.
    monkeypatch.setenv("HUB_SANDBOX", "off")


@pytest.fixture(autouse=True)
def _sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that ignore the end of their input, of which the tests have many, are asked to end a bit sooner."""
    monkeypatch.setattr("hub_launch.run.process.EOF_SECONDS", 1.0)
    monkeypatch.setattr("hub_launch.run.process.KILL_SECONDS", 1.0)


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Puts back how this process logs, for tests of what changes it."""
    loggers = [logging.getLogger(name) for name in ("", "fastmcp", "mcp", "uvicorn", "httpx2")]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in loggers]
    root = loggers[0]
    # Not pytest's own, which would be closed.
    root.handlers.clear()
    yield
    for handler in root.handlers:
        handler.close()
    for one, handlers, level, propagate in before:
        one.handlers[:], one.propagate = handlers, propagate
        one.setLevel(level)


# Entries and registries


@pytest.fixture
def document() -> Callable[..., dict[str, Any]]:
    """A publisher's document, valid; keyword arguments replace keys, None removes one."""

    def make(id: str = "demo", /, **changes: Any) -> dict[str, Any]:
        whole = {
            "id": id,
            "name": f"io.github.somebody/{id}",
            "title": id.title(),
            "description": f"What {id} does.",
            "version": "1.2.3",
            "published": "2026-11-21",
            "license": "MIT",
            "maintainers": ["somebody"],
            "categories": ["utilities"],
            "packages": [npm_package()],
        } | changes
        return {key: value for key, value in whole.items() if value is not None}

    return make


def npm_package(**changes: Any) -> dict[str, Any]:
    return {
        "registryType": "npm",
        "identifier": "@somebody/demo",
        "version": "1.2.3",
        "transport": {"type": "stdio"},
    } | changes


@pytest.fixture
def npm() -> Callable[..., dict[str, Any]]:
    """An npm package of an entry."""
    return npm_package


@pytest.fixture
def pypi() -> Callable[..., dict[str, Any]]:
    """A PyPI package of an entry."""
    return lambda **changes: npm_package(registryType="pypi", identifier="demo-server") | changes


@pytest.fixture
def entry(document: Callable[..., dict[str, Any]]) -> Callable[..., Entry]:
    """A valid entry; keyword arguments as for `document`."""
    return lambda *args, **changes: Entry.model_validate(document(*args, **changes))


@pytest.fixture
def rows() -> Callable[[Sequence[Entry]], list[dict[str, Any]]]:
    """The index's rows of some entries, as the compiler writes them."""
    return index_rows


def index_rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "title": one.title,
            "description": one.description,
            "version": one.version,
            "status": one.status,
            "kinds": list(kinds_of(one)),
            "categories": list(one.categories),
            "tags": list(one.tags or ()),
            "sha256": sha256_hex(canonical_json(to_server(one))),
        }
        for one in sorted(entries, key=lambda one: one.id)
    ]


def registry_files(entries: Sequence[Entry], profiles: Sequence[dict[str, Any]] = ()) -> dict[str, bytes]:
    """Path -> bytes of a built registry."""
    listed = index_rows(entries)
    index = {"schemaVersion": 1, "title": "Test registry", "count": len(listed), "servers": listed}
    if profiles:
        index["profiles"] = list(profiles)
    files = {"index.json": canonical_json(index)}
    for one in entries:
        data = canonical_json(to_server(one))
        files[f"entries/{one.id}/{sha256_hex(data)}.json"] = data
    return files


@pytest.fixture
def built() -> Callable[[Sequence[Entry]], dict[str, bytes]]:
    """The files of a built registry: path -> bytes."""
    return registry_files


@pytest.fixture
def publish(tmp_path: Path) -> Callable[[Sequence[Entry]], Path]:
    """Writes a built registry to a folder, and returns the folder."""

    def write(entries: Sequence[Entry], folder: str = "site", profiles: Sequence[dict[str, Any]] = ()) -> Path:
        root = tmp_path / folder
        for path, data in registry_files(entries, profiles).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        return root

    return write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose every path is the test's own."""
    return Settings(str(tmp_path / "site"), tmp_path / "cache", tmp_path / "state", tmp_path / "config")


@pytest.fixture
def open_registry(settings: Settings) -> Callable[..., Registry]:
    """Opens one registry: the one of the settings, or another place."""

    def run(location: str | Path = "", **options: Any) -> Registry:
        return Registry.open(Place("", str(location) or settings.registry, **options), settings.cache_dir)

    return run


@pytest.fixture
def context(tmp_path: Path) -> Callable[..., Context]:
    """A machine on which npx, uvx and uv are installed below /opt; keyword arguments change it."""

    def make(**changes: Any) -> Context:
        usual = {
            "environ": {"PATH": "/usr/bin", "HOME": "/home/user"},
            "cwd": Path("/home/user/work"),
            "python": "/opt/python/bin/python",
            "which": lambda program: f"/opt/bin/{program}",
            "spec_path": lambda sha256: Path("/cache") / f"{sha256}.json",
            "work_dir": tmp_path / "work",
        }
        return Context(**(usual | changes))

    return make


# Servers


SERVER = r"""
import json, os, signal, sys, time

config = json.loads(sys.argv[1])
modern = config.get("era", "legacy") == "modern"
out = sys.stdout.buffer


def say(message):
    out.write(json.dumps(message).encode() + b"\n")
    out.flush()


def record(method):
    if "record" in config:
        with open(config["record"], "a") as file:
            file.write(method + "\n")


def text(value, error=False):
    return {"content": [{"type": "text", "text": value}], "isError": error}


def call(name, arguments):
    if name == "echo":
        return text(json.dumps(arguments, sort_keys=True))
    if name == "pid":
        return text(str(os.getpid()))
    if name == "env":
        return text(json.dumps(dict(os.environ)))
    if name == "fail":
        return text("it failed, as asked", error=True)
    if name == "junk":
        out.write(b"a banner\n\xff\xfe broken\n\n{\"half\": \n")
        return text("after junk")
    if name == "die":
        sys.stderr.write("fatal error: asked to die\n")
        sys.stderr.flush()
        os._exit(3)
    if name == "progress":
        return text("done")
    if name == "hang":
        time.sleep(600)
    return text("unknown tool " + name, error=True)


def answer(method, params):
    listing = {"ttlMs": 0, "cacheScope": "private"} if modern else {}
    capabilities = config.get("capabilities", {"tools": {}, "resources": {}, "prompts": {}})
    info = {"name": "tiny", "version": "1"}
    if modern and method == "server/discover":
        result = {"supportedVersions": ["2026-07-28"], "capabilities": capabilities, "serverInfo": info} | listing
        return result | ({"instructions": config["instructions"]} if "instructions" in config else {})
    if not modern and method == "initialize":
        result = {"protocolVersion": "2025-06-18", "capabilities": capabilities, "serverInfo": info}
        return result | ({"instructions": config["instructions"]} if "instructions" in config else {})
    if method == "ping":
        return {}
    if method == "tools/list":
        any_object = {"type": "object"}
        schemas = config.get("schemas", {})
        names = config.get("tools", ["echo", "pid"])
        return {"tools": [{"name": n, "inputSchema": schemas.get(n, any_object)} for n in names]} | listing
    if method == "resources/list" and "resources" in config:
        return {"resources": [{"uri": uri, "name": uri} for uri in config["resources"]]} | listing
    if method == "resources/read":
        return {"contents": [{"uri": params["uri"], "text": "text of " + params["uri"]}]} | listing
    if method == "resources/templates/list" and "templates" in config:
        return {"resourceTemplates": [{"uriTemplate": uri, "name": uri} for uri in config["templates"]]} | listing
    if method == "prompts/list" and "prompts" in config:
        return {"prompts": [{"name": name} for name in config["prompts"]]} | listing
    if method == "prompts/get":
        if params["name"] not in config.get("prompts", ()):
            return {"code": -32602, "message": "Unknown prompt: " + params["name"]}
        message = {"role": "user", "content": {"type": "text", "text": "prompt " + params["name"]}}
        return {"messages": [message]}
    if method == "extension/echo":
        return {"echoed": params.get("text")}
    if method == "completion/complete":
        ref = params["ref"]
        return {"completion": {"values": [params["argument"]["value"] + "-" + (ref.get("name") or ref["uri"])]}}
    if method == "tools/call":
        return call(params["name"], params.get("arguments") or {})
    return None


if config.get("stderr"):
    sys.stderr.write(config["stderr"])
    sys.stderr.flush()
if "exit" in config:
    sys.exit(config["exit"])
if config.get("ignore_term"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if config.get("banner"):
    out.write(b"Tiny server v1\n\xc3\x28 not UTF-8\n")
for line in sys.stdin:
    message = json.loads(line)
    method = message.get("method", "")
    record(method)
    if "record_params" in config and method == "tools/call":
        with open(config["record_params"], "a") as file:
            file.write(json.dumps({"_meta": {}} | message["params"]) + "\n")
    if method == config.get("die_on"):
        os._exit(7)
    if method == config.get("close_input_on"):
        os.close(0)
        record("closed")
        time.sleep(600)
    if method in config.get("hang_on", ()):
        time.sleep(600)
    if "id" not in message or "method" not in message:
        continue
    params = message.get("params") or {}
    if method == "tools/call" and params["name"] == "never":
        continue
    if method == "tools/call" and params["name"] == "progress":
        token = params["_meta"]["progressToken"]
        for step in (1, 2):
            told = {"progressToken": token, "progress": step, "total": 2}
            say({"jsonrpc": "2.0", "method": "notifications/progress", "params": told})
    result = answer(method, message.get("params") or {})
    if result is None or "code" in result:
        error = result or {"code": -32601, "message": "Method not found"}
        say({"jsonrpc": "2.0", "id": message["id"], "error": error})
    else:
        say({"jsonrpc": "2.0", "id": message["id"], "result": result | ({"resultType": "complete"} if modern else {})})
if config.get("ignore_eof"):
    time.sleep(600)
"""


@pytest.fixture
def server_script(tmp_path: Path) -> Path:
    """A tiny MCP server over stdio without any library; its first argument is JSON that says how it behaves."""
    path = tmp_path / "tiny_server.py"
    path.write_text(SERVER, encoding="utf-8")
    return path


@pytest.fixture
def launch(server_script: Path, tmp_path: Path) -> Callable[..., StdioLaunch]:
    """A launch of the tiny server; keyword arguments say how it behaves."""

    def make(id: str = "tiny", *, secrets: Sequence[str] = (), env: Mapping[str, str] | None = None, **config: Any):
        argv = (sys.executable, "-I", str(server_script), json.dumps(config))
        return StdioLaunch(
            id=id,
            title=id.title(),
            kind="test",
            argv=argv,
            env=dict(env or {}),
            secrets=frozenset(secrets),
            cwd=str(tmp_path / "work" / id),
        )

    return make


@pytest.fixture
def python_launch(tmp_path: Path) -> Callable[..., StdioLaunch]:
    """A launch of some Python code."""

    def make(code: str, *arguments: str, secrets: Sequence[str] = ()) -> StdioLaunch:
        return StdioLaunch(
            id="code",
            title="Code",
            kind="test",
            argv=(sys.executable, "-I", "-c", code, *arguments),
            secrets=frozenset(secrets),
            cwd=str(tmp_path),
        )

    return make


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Whether a process runs; one that ended and waits to be collected does not."""

    def look(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    return look


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Waits (blocking) for a condition, and returns its value."""

    def wait(condition: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if value := condition():
                return value
            time.sleep(0.01)
        pytest.fail(f"did not come true within {PATIENCE_SECONDS} s: {condition}")

    return wait


# The web


@dataclass
class Answer:
    """What the web server says for one path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What the web server was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Web:
    """A web server on loopback whose answers the test sets, and that remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[Request], Answer]] = {}
        self.requests: list[Request] = []
        self.sent = 0
        """Bytes of all answers so far, headers too."""
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on, as `localhost`."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}"

    def serve(self, files: Mapping[str, bytes], *, below: str = "", etags: bool = True) -> None:
        """Serve files as a static host does: with strong ETags that it also understands."""
        for path, data in files.items():
            self.answers[f"{below}/{path}"] = functools.partial(_static, data, sha256_hex(data)[:8] if etags else "")

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_SECONDS)


def _static(data: bytes, etag: str, request: Request) -> Answer:
    headers = {"ETag": f'"{etag}"'} if etag else {}
    if etag and request.headers.get("if-none-match") == f'"{etag}"':
        return Answer(b"", 304, headers)
    return Answer(data, 200, headers)


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, web: Web, *args: Any) -> None:
        self._web = web
        super().__init__(*args)

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        self._web.requests.append(request)
        answer = self._web.answers.get(self.path.partition("?")[0], Answer(b"not here", 404))
        answer = answer(request) if callable(answer) else answer
        with contextlib.suppress(ConnectionError):
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self._web.sent += sum(map(len, self._headers_buffer)) + 2 + len(answer.body)
            self.end_headers()
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on loopback; see Web."""
    server = Web()
    yield server
    server.close()


@pytest.fixture
def web_answer() -> type[Answer]:
    """The class of the web server's answers."""
    return Answer


@pytest.fixture
def dead_url() -> str:
    """An address on loopback where nobody listens."""
    web = Web()
    web.close()
    return web.url


# The command line


class Screen(io.StringIO):
    """A stream that may claim to be a terminal."""

    def __init__(self, *, tty: bool = False) -> None:
        super().__init__()
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


@dataclass
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def cli(tmp_path: Path) -> Callable[..., Ran]:
    """Runs one command line in this process, against the registry in `tmp_path/site` and state of its own."""

    def run(*argv: str, tty: bool = False, interactive: bool = False, **environ: str) -> Ran:
        out, err = Screen(tty=tty), Screen(tty=tty)
        own = {
            "HUB_REGISTRY": str(tmp_path / "site"),
            "HUB_CACHE_DIR": str(tmp_path / "cache"),
            "HUB_STATE_DIR": str(tmp_path / "state"),
            "HUB_CONFIG_DIR": str(tmp_path / "config"),
            "HUB_SANDBOX": "off",
        }
        code = main(argv, own | environ, Terminal(out, err, interactive))
        return Ran(int(code), out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Types lines at the terminal, for questions to come."""
    return lambda *lines: monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


class MemoryKeyring:
    """A keyring that is no system's."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def keyring() -> MemoryKeyring:
    """An empty one."""
    return MemoryKeyring()
