"""What the audit log says, and what it never does."""

import asyncio
import json
import stat
import threading
from dataclasses import replace

import pytest

from hub_launch.hub import audit as audit_module
from hub_launch.hub.audit import Audit, shape
from hub_launch.plan import Inside, StdioLaunch
from hub_launch.plan.launch import About, Packaged
from hub_launch.run.means import Means
from hub_launch.run.messages import fields_of, raw
from hub_launch.run.observing import Asked, Origin

INTEGRITY = f"sha512-{'A' * 86}=="
SECRET = "hush-0123456789abcdef"
INFO = raw({"name": "cursor", "version": "2.1"})


@pytest.fixture
def audit(tmp_path):
    """An audit log; `lines()` ends it and reads what it says."""

    class Log(Audit):
        path = tmp_path / "logs" / "audit.jsonl"

        def lines(self):
            if self._writer.is_alive():
                self.__exit__()
            return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

        def call(self, arguments=None, outcome="done", origin=None, method="tools/call", **params):
            fields = fields_of(raw({"name": "read", **({"arguments": arguments} if arguments else {}), **params}))
            self.asked(Asked("files", method, fields, origin)).over(outcome)

    log = Log(Log.path, clock=lambda: 1_790_000_000.25)
    with log:
        yield log


def test_a_call_is_a_line_with_who_what_and_how_it_ended(audit):
    origin = Origin(who="page", address="192.0.2.7", info=INFO, session=b"the-session-id")
    audit.call({"path": "/home/ada/letter", "limit": 5}, outcome="tool_error", origin=origin)
    (line,) = audit.lines()
    assert line.pop("seconds") >= 0
    assert line == {
        "time": "2026-09-21T14:13:20.250Z",
        "event": "call",
        "server": "files",
        "tool": "read",
        "arguments": {"path": "string 18", "limit": "number 1"},
        "outcome": "tool_error",
        "client": "cursor 2.1",
        "session": audit_module.session_name(b"the-session-id"),
        "caller": "page",
        "address": "192.0.2.7",
    }


def test_no_value_of_an_argument_is_in_it_and_no_session_that_could_be_used(audit):
    values = {"a": SECRET, "b": [SECRET], "c": {"d": SECRET}, "e": {SECRET: 1}}
    audit.call(values, origin=Origin(session=SECRET.encode()), uri=f"file:///{SECRET}", _meta={"x": SECRET})
    assert audit.lines()[0]["arguments"] == {"a": "string 23", "b": "array 25", "c": "object 29", "e": "object 27"}
    assert SECRET not in audit.path.read_text()


def test_a_client_of_the_newer_protocol_says_in_its_request_who_it_is(audit):
    meta = {"io.modelcontextprotocol/clientInfo": {"name": "inspector", "version": "3"}}
    audit.call(origin=Origin(modern=True), _meta=meta)
    audit.call(origin=Origin(modern=True), _meta={"io.modelcontextprotocol/clientInfo": "x"})
    audit.call(origin=Origin(info=raw(None)))
    assert [line.get("client") for line in audit.lines()] == ["inspector 3", None, None]


def test_of_other_requests_the_scheme_of_what_they_are_about_is_enough(audit):
    audit.call(method="resources/read", name=None, uri="db://users/ada")
    (line,) = audit.lines()
    assert (line["event"], line["method"], line["name"]) == ("request", "resources/read", "db:…")


@pytest.mark.parametrize(
    ("arguments", "shaped"),
    [
        ({}, {}),
        ({"a": None, "b": True, "c": False}, {"a": "null 4", "b": "boolean 4", "c": "boolean 5"}),
        ({"d": 1.5, "e": -3}, {"d": "number 3", "e": "number 2"}),
        ("text", {"bytes": 6}),
        ([1, 2], {"bytes": 5}),
        ({"\x1b[2J": "x"}, {r"\x1b[2J": "string 3"}),
    ],
)  # fmt: skip
def test_the_shape_of_arguments_is_their_types_and_sizes(arguments, shaped):
    assert shape(raw(arguments)) == shaped


def test_of_many_arguments_the_first_are_enough():
    shaped = shape(raw({f"a{number}": number for number in range(80)}))
    assert len(shaped) == audit_module.MAX_ARGUMENTS + 1
    assert shaped["…"] == 80 - audit_module.MAX_ARGUMENTS


def test_large_arguments_are_not_taken_apart(audit):
    audit.call({"text": "x" * audit_module.MAX_SHAPED_BYTES})
    assert audit.lines()[0]["arguments"] == {"bytes": audit_module.MAX_SHAPED_BYTES + 11}


@pytest.mark.parametrize("field", ["packaged", "installed"])
def test_a_start_is_a_line_with_the_exact_command(audit, entry, field):
    entry_package = entry().packages[0].model_copy(update={"integrity": INTEGRITY})
    launch = StdioLaunch(
        "files", "Files", "npm", ("/usr/bin/node", "server.js", f"--key={SECRET}"),
        env={"KEY": SECRET, "HOME": "/home/ada"}, declared=("KEY",), secrets=frozenset({SECRET}),
        about=About("io.example/files", "", "1.2.3"),
    )  # fmt: skip
    package = {"packaged": Packaged(entry_package), "installed": entry_package}[field]
    audit.started(replace(launch, **{field: package}))
    (line,) = audit.lines()
    assert line == {
        "time": "2026-09-21T14:13:20.250Z",
        "event": "start",
        "server": "files",
        "kind": "npm",
        "command": ["/usr/bin/node", "server.js", "--key=***"],
        "name": "io.example/files",
        "version": entry_package.version,
        "package": entry_package.identifier,
        "integrity": INTEGRITY,
        "variables": ["KEY"],
        "sandbox": "none",
    }
    assert SECRET not in audit.path.read_text()


def test_how_a_server_is_shut_in_is_said(audit):
    audit.started(StdioLaunch("a", "A", "oci", ("podman",), contained=True))
    audit.started(StdioLaunch("b", "B", "module", ("python",), inside=Inside("b")))
    audit.started(StdioLaunch("c", "C", "npm", ("/usr/bin/bwrap", "--", "/bin/c"), tier="bwrap", wrapping=2))
    lines = audit.lines()
    assert [line["sandbox"] for line in lines] == ["container", "inside the hub", "bwrap"]
    assert lines[-1]["command"] == ["/bin/c"]


def test_only_its_user_can_read_it(audit):
    audit.call()
    audit.lines()
    assert stat.S_IMODE(audit.path.stat().st_mode) == 0o600


def test_it_rotates(tmp_path, monkeypatch):
    monkeypatch.setattr(audit_module, "MAX_FILE_BYTES", 150_000)
    for _ in range(16):
        with Audit(tmp_path / "audit.jsonl") as audit:
            for _ in range(500):
                audit.asked(Asked("files", "tools/call", fields_of(raw({"name": "read"})), None)).over("done")
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [*(f"audit.{number}.jsonl" for number in range(1, audit_module.OLD_FILES + 1)), "audit.jsonl"]
    assert all(path.stat().st_size < 200_000 for path in tmp_path.iterdir())


@pytest.mark.parametrize(("name", "limit"), [("MAX_WAITING", 10), ("MAX_WAITING_BYTES", 10 * 26)])
def test_what_cannot_wait_is_dropped_and_counted(audit, monkeypatch, name, limit):
    monkeypatch.setattr(audit_module, name, limit)
    held = threading.Event()
    audit._put((lambda: {"event": str(held.wait(30))},), 0)
    while audit._waiting:
        pass
    for _ in range(25):
        audit.call({"path": "0123456"})
    held.set()
    lines = audit.lines()
    assert len([line for line in lines if line["event"] == "call"]) == 10
    assert [line["records"] for line in lines if line["event"] == "dropped"] == [15]


async def test_what_comes_while_others_are_written_is_written_too(audit):
    # What is still waiting then must not be taken for a sign that the writer was told.
    for made in (lambda: audit.call() or {"event": "first"}, lambda: {"event": "second"}):
        audit._put((made,), 0)
    async with asyncio.timeout(20):
        while not audit.path.exists() or len(audit.path.read_text().splitlines()) < 3:
            await asyncio.sleep(0.01)
    assert [line["event"] for line in audit.lines()] == ["first", "second", "call"]


def test_a_disk_that_is_full_costs_lines_and_no_call(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    with Audit(blocked / "audit.jsonl") as audit:
        audit.asked(Asked("files", "tools/call", {}, None)).over("done")


# At a hub


@pytest.fixture
async def audited(hub, launch, audit):
    """A hub whose calls are written down, by the fast path and by FastMCP."""
    means = Means(observers=(audit,))
    return await hub(launch("aa", tools=["echo", "fail"]), means=means)


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
@pytest.mark.parametrize("hub", ["fast path", "fastmcp"], indirect=True)
async def test_every_call_of_a_real_client_is_in_it(audited, audit, mode, hub):
    async with audited.client(mode=mode) as client:
        await client.call_tool("aa_echo", {"text": SECRET})
        await client.call_tool("aa_fail", {}, raise_on_error=False)
    calls = [(line["server"], line["tool"], line["outcome"]) for line in audit.lines() if line["event"] == "call"]
    assert calls == [("aa", "echo", "done"), ("aa", "fail", "tool_error")]
    assert SECRET not in audit.path.read_text()


async def test_who_called_is_said(audited, audit):
    async with audited.client() as client:
        await client.call_tool("aa_echo", {"text": "x"})
    (line,) = [line for line in audit.lines() if line["event"] == "call"]
    assert line["client"].startswith("mcp ") or line["client"]
    assert (line["address"], line["arguments"]) == ("127.0.0.1", {"text": "string 3"})
