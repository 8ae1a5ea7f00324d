"""Hubs with a hostile server beside a good one.

Each file of `servers/` is a case: a program that misbehaves in one point. Its docstring says which in one sentence, and
then in lines `key: value` what must hold:

    state     what becomes of it: `ready` (the default) or `failed`, or both where either is right
    call      what a call of its tool `act` is: `answered` (the default of ready ones), `refused` (an error that the hub
              words), or `none` (not called)
    says      words that the answer to that call has; may be repeated
    tools     the names that are listed, with commas; `act` unless it failed
    noted     words about it in the hub's log or statuses, for what is left out or put right in silence
    limits    `short` for a case that runs into a time limit
    far       `yes`: not a child of the hub but a host that it asks over HTTP; the program prints its address first
    variants  runs the case once for each of these words, which the program gets as its argument
    broken X  the promise X of test_cases.py does not hold today, and why

What is promised of every case (the hub lives, the good server answers in time, memory and disk are bounded, secrets are
nowhere, nothing is left behind) is in test_cases.py.
"""

import ast
import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

SERVERS = Path(__file__).parent / "servers"
# A hang guard, not an expectation.
PATIENCE_SECONDS = 30
# What the project promises of a call to another server while one misbehaves.
DEADLINE_SECONDS = 1.0
# Limits that are minutes for users. Short where a case runs into one, and long enough for a busy machine elsewhere.
_LADDER = {"EOF_SECONDS": 0.5, "TERMINATE_SECONDS": 0.5, "KILL_SECONDS": 1}
SHORT = _LADDER | {"START_SECONDS": 3, "CALL_SECONDS": 2}
LIMITS = _LADDER | {"START_SECONDS": 20, "CALL_SECONDS": 15}
# The environment that processes of one hub are known by.
MARK = "HOSTILE_MARK"
SECRET = "hush-0123456789abcdef"
# What the hub's own environment holds and no server is told.
HUBS_OWN = {"HUBS_OWN_TOKEN": "own-0123456789abcdef", "AWS_SECRET_ACCESS_KEY": "own-0123456789abcdef"}

HEADERS = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2026-07-28",
}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


# Cases


@dataclass(frozen=True)
class Case:
    """A hostile program, and what must hold."""

    name: str
    path: Path
    variant: str
    sentence: str
    wanted: dict

    def one(self, key, default=""):
        return self.wanted.get(key, [default])[0]

    @property
    def limits(self):
        return SHORT if self.one("limits") == "short" or self.broken or self.far else LIMITS

    @property
    def far(self):
        return self.one("far") == "yes"

    @property
    def words(self):
        """The program and its argument."""
        return [self.path.name, *filter(None, [self.variant])]

    @property
    def states(self):
        return self.one("state", "ready").split(" or ")

    @property
    def tools(self):
        return [name.strip() for name in self.one("tools", "act").split(",")]

    @property
    def broken(self):
        return {key.removeprefix("broken "): why[0] for key, why in self.wanted.items() if key.startswith("broken ")}


def read_cases():
    for path in sorted(SERVERS.glob("[!_]*.py")):
        sentence, *lines = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()
        wanted = {}
        for line in filter(None, lines):
            key, colon, value = line.partition(":")
            assert colon, f"{path.name}: {line!r} is no `key: value`"
            wanted.setdefault(key.strip(), []).append(value.strip())
        for word in wanted.pop("variants", [""])[0].split(","):
            variant = word.strip()
            name = f"{path.stem}-{variant}" if variant else path.stem
            yield Case(name, path, variant, sentence, wanted)


CASES = list(read_cases())


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request):
    """Each of the cases."""
    return request.param


@pytest.fixture
def cases():
    """All of them."""
    return CASES


# Hubs


@dataclass
class Said:
    """A tool's answer."""

    text: str
    is_error: bool


class Hub:
    """A hub in a process of its own."""

    def __init__(self, http, folder, mark, started):
        self.pid, self.idle_memory = started["pid"], started["memory"]
        self.url = f"http://127.0.0.1:{started['port']}"
        self.folder = folder
        self.mark = mark
        self._http = http
        self._good = 0

    @property
    def alive(self):
        return _runs(self.pid)

    @property
    def peak_memory(self):
        """The most that it had in memory so far, in bytes; 0 where there is no /proc."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return 0
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)

    def forget_peak(self):
        """Measure what it needs at most from now on (proc(5), clear_refs)."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        self._before = self.peak_memory

    def grown(self):
        """By how many bytes it grew at most since then."""
        return self.peak_memory - self._before

    def statuses(self, name=None):
        """Every status that was told so far, of one server or of all."""
        try:
            lines = (self.folder / "statuses.jsonl").read_text().splitlines()
        except OSError:
            return []
        every = [json.loads(line) for line in lines]
        return [one for one in every if name in (None, one["id"])]

    async def settled(self, name):
        """The first status of a server after its start, good or bad."""
        return await _until(lambda: next((one for one in self.statuses(name) if one["state"] in _OVER), None))

    async def ask(self, method, params=None, path="/mcp", number=1):
        """The answer to a request of the newer protocol, which needs no session."""
        params = {**(params or {}), "_meta": META}
        headers = HEADERS | {"mcp-method": method} | ({"mcp-name": params["name"]} if "name" in params else {})
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        response = await self._http.post(self.url + path, json=body, headers=headers, timeout=PATIENCE_SECONDS)
        if response.headers["content-type"].startswith("text/event-stream"):
            return [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")][-1]
        return response.json()

    async def call(self, name, number=1, path="/mcp", **arguments):
        """What a tool answered; an error of the protocol counts as one of the tool."""
        answer = await self.ask("tools/call", {"name": name, "arguments": arguments}, path, number)
        if "error" in answer:
            return Said(json.dumps(answer["error"]), is_error=True)
        result = answer["result"]
        text = " ".join(str(one.get("text", "")) for one in result.get("content", ()))
        return Said(text, bool(result.get("isError")))

    async def tools(self, path="/mcp"):
        """The names that are listed."""
        return [tool["name"] for tool in (await self.ask("tools/list", path=path))["result"]["tools"]]

    def client(self, mode, path="/mcp"):
        """A real client."""
        return Client(StreamableHttpTransport(self.url + path), mode=mode, timeout=PATIENCE_SECONDS)

    async def ready(self, name):
        """Waits until a server serves, at its first start or a later one."""
        await _until(lambda: any(one["state"] == "ready" for one in self.statuses(name)))

    async def good_answers(self, word):
        """What is wrong with the good server's answer; nothing, mostly."""
        began, waited = time.monotonic(), self._waited_for_processor()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                said = await self.call("good_echo", say=word)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        # What a busy machine took is not the hub's.
        seconds = time.monotonic() - began - (self._waited_for_processor() - waited)
        if said.is_error or not said.text.startswith("good ") or not said.text.endswith(f" {word}"):
            return f"wrong answer: {said.text}"
        self._good = int(said.text.split()[1])
        return f"answered after {seconds:.1f} s" if seconds > DEADLINE_SECONDS else ""

    def _waited_for_processor(self):
        """Seconds that the hub, the good server and this process would have run, had there been a processor."""
        waits = 0
        for pid in (os.getpid(), self.pid, self._good):
            with contextlib.suppress(OSError, ValueError, IndexError):
                waits += int(Path(f"/proc/{pid}/schedstat").read_text().split()[1])
        return waits / 1e9

    def processes(self):
        """What the hub's servers started and is still there."""
        wanted = f"{MARK}={self.mark}".encode()
        return {pid for pid in _pids() if wanted in _environment(pid)}

    def interrupt(self):
        """One Ctrl-C."""
        os.kill(self.pid, signal.SIGINT)

    async def stop(self):
        """End it as Ctrl-C does. False when it had to be killed."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        try:
            await _until(lambda: not self.alive)
        except TimeoutError:
            self.kill()
            return False
        return True

    def kill(self, *, alone=False):
        """End it at once, and all that it started, or it alone."""
        for pid in (self.pid, *(() if alone else self.processes())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def written(self):
        """Everything that the hub kept on disk or said."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.name: path for path in files if "work" not in path.relative_to(self.folder).parts}


_OVER = ("ready", "degraded", "failed", "quarantined", "stopped")


async def _until(condition, seconds=PATIENCE_SECONDS):
    """The condition's value, once it has one."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"did not come true within {seconds} s")
        await asyncio.sleep(0.02)
    return value


def _pids():
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _environment(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _stat(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["Z", "0", "0"]


def _runs(pid):
    return _stat(pid)[0] != "Z"


def groups(pids):
    """The process groups of these processes."""
    return {int(_stat(pid)[2]) for pid in pids if _runs(pid)}


def of_groups(wanted):
    """Running processes of these groups."""
    return {pid for pid in _pids() if _runs(pid) and int(_stat(pid)[2]) in wanted}


@pytest.fixture
def until():
    """Waits for a condition, and returns its value."""
    return _until


@pytest.fixture
def left_of():
    """Of what a hub started before the block, nothing runs after it."""

    @contextlib.asynccontextmanager
    async def check(hub):
        started = hub.processes()
        assert started
        ours = groups(started)
        yield
        assert not hub.processes() | of_groups(ours)

    return check


@pytest.fixture(scope="session")
def warm():
    """Starts hubs, each a fork of one process that has everything imported."""
    if not Path("/proc/self/status").exists():
        pytest.skip("processes and their memory are looked up in /proc, which only Linux has")
    command = [sys.executable, "-P", str(Path(__file__).with_name("hub_server.py"))]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def order(**what):
        process.stdin.write(json.dumps(what) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield order
    process.communicate(timeout=PATIENCE_SECONDS)


def launch_of(id, words, folder, mark, env):
    """A launch of a program of `servers/` with its arguments, as JSON."""
    return {
        "id": id,
        "title": id.title(),
        "kind": "test",
        "argv": (sys.executable, "-s", "-E", str(SERVERS / words[0]), *words[1:]),
        "env": {"PATH": os.defpath, MARK: mark, "KEY": SECRET, **env},
        "secrets": [SECRET],
        "cwd": str(folder / "work" / id),
    }


def far_launch(id, url):
    """A launch of a server at an address, as JSON."""
    headers = {"authorization": f"Bearer {SECRET}"}
    far = {"transport": "streamable-http", "url": url, "headers": headers, "secrets": [SECRET]}
    return {"id": id, "title": id.title(), "kind": "test", **far}


@pytest.fixture(scope="module")
def lasting(warm, tmp_path_factory):
    """Hubs with the good server that last as long as the module: as long as one is reached the same way, it is one."""
    started = {}

    @contextlib.asynccontextmanager
    async def of(**access):
        key = json.dumps(access)
        if key not in started:
            folder, mark = tmp_path_factory.mktemp("hub"), uuid.uuid4().hex
            launches = [launch_of("good", ["_good.py"], folder, mark, {})]
            order = {"folder": str(folder), "launches": launches, "limits": LIMITS, "environ": HUBS_OWN}
            started[key] = folder, mark, warm(**order, access=access)
        async with httpx2.AsyncClient(trust_env=False) as http:
            hub = Hub(http, *started[key])
            await hub.ready("good")
            yield hub
            assert hub.alive

    yield of
    for one in started.values():
        Hub(None, *one).kill()


@pytest.fixture(scope="session")
def hubs(warm):
    """Starts a hub in a folder with servers: id -> program and arguments, or an address. What is left is killed.

    access: how it may be reached, as fields of `hub.access.Access`; `tls` as the files of a certificate and its key.
    """

    @contextlib.asynccontextmanager
    async def start(folder, *, limits=LIMITS, env=None, access=None, **programs):
        mark = uuid.uuid4().hex
        folder.mkdir(parents=True, exist_ok=True)
        launches = [
            far_launch(id, what) if isinstance(what, str) else launch_of(id, what, folder, mark, env or {})
            for id, what in programs.items()
        ]
        started = warm(folder=str(folder), launches=launches, limits=limits, environ=HUBS_OWN, access=access or {})
        async with httpx2.AsyncClient(trust_env=False) as http:
            hub = Hub(http, folder, mark, started)
            try:
                yield hub
            finally:
                hub.kill()

    return start


# What was seen


@dataclass
class Seen:
    """All that a case showed from outside."""

    case: Case
    status: dict = field(default_factory=dict)
    tools: list = field(default_factory=list)
    said: Said | None = None
    answers: int = 0
    missed: list = field(default_factory=list)
    alive: bool = False
    memory: int = 0
    ended: bool = False
    left: set = field(default_factory=set)
    fetched: int = 0
    written: dict = field(default_factory=dict)
    statuses: list = field(default_factory=list)

    @property
    def ready(self):
        return self.status["state"] == "ready"

    @property
    def call(self):
        return self.case.one("call", "answered" if self.ready else "refused")


@pytest.fixture
def see(hubs, tmp_path):
    """Runs a case with the good server called all the time, and returns what was seen."""
    return lambda case: _see(case, hubs, tmp_path)


async def _see(case, hubs, folder):
    seen = Seen(case)
    with _bait() as (address, visits), _host(case, address) as far:
        async with hubs(
            folder, evil=far or case.words, good=["_good.py"], env={"BAIT": address}, limits=case.limits
        ) as hub:
            await hub.ready("good")
            calling = asyncio.create_task(_keep_calling(hub, seen))
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await _use(hub, seen)
            finally:
                calling.cancel()
            await _end(hub, seen)
        seen.fetched = visits()
    return seen


async def _use(hub, seen):
    seen.status = await hub.settled("evil")
    seen.tools = await hub.tools()
    if seen.call != "none":
        seen.said = await hub.call("evil_act")
    # Once more at least, after all that the evil one did.
    before = seen.answers + len(seen.missed)
    await _until(lambda: seen.answers + len(seen.missed) > before + 1)


async def _keep_calling(hub, seen):
    number = 0
    while True:
        number += 1
        problem = await hub.good_answers(str(number))
        if problem:
            seen.missed.append(problem)
        else:
            seen.answers += 1
        await asyncio.sleep(0.02)


async def _end(hub, seen):
    seen.alive = hub.alive
    seen.memory = hub.peak_memory - hub.idle_memory
    ours = groups(hub.processes())
    seen.ended = await hub.stop()
    seen.left = hub.processes() | of_groups(ours)
    seen.written = {name: path.read_bytes() for name, path in hub.written().items()}
    seen.statuses = hub.statuses()


@contextlib.contextmanager
def _host(case, bait):
    """The address of a hostile host that runs meanwhile; None for a case that the hub starts itself."""
    if not case.far:
        yield None
        return
    command = [sys.executable, "-s", "-E", str(SERVERS / case.words[0]), *case.words[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"BAIT": bait}, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@contextlib.contextmanager
def _bait():
    """An address that nobody has a reason to visit, and how many did."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)

        def visits():
            count = 0
            with contextlib.suppress(BlockingIOError):
                while True:
                    listener.accept()[0].close()
                    count += 1
            return count

        yield f"http://127.0.0.1:{listener.getsockname()[1]}", visits
