"""What a hub that was started as users do writes down: enough to see what it did, and no secret."""

import json
import re
import signal
import subprocess

import httpx2
import pytest

SECRET = "hush-0123456789abcdef"
TOKEN = "token-0123456789abcdef"
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
HEADERS = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "aa_echo",
}


def until_ready(lines):
    for line in lines:
        yield line
        if line.startswith("Ready."):
            return
    raise AssertionError("the hub did not get ready")


@pytest.fixture
def served(process, tmp_path, launch, monkeypatch):
    """Starts a hub with options and a server that has a secret, calls it once with another, ends it; what it said."""

    def run(*options, **environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        argv = launch("aa").argv
        entry = {"command": argv[0], "args": [*argv[1:]], "env": {"KEY": SECRET}}
        (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": {"aa": entry}}))
        (tmp_path / "token").write_text(TOKEN)
        (tmp_path / "token").chmod(0o600)
        words = [
            "--mcp-json",
            str(tmp_path / "mcp.json"),
            "--yes",
            "--port",
            "0",
            "--token-file",
            str(tmp_path / "token"),
        ]
        hub = process(*words, *options, stderr=subprocess.STDOUT, bufsize=1)
        try:
            said = "".join(until_ready(hub.stdout))
            address = re.search(r"MCP endpoint\s+(\S+)/mcp ", said)[1]
            params = {"name": "aa_echo", "arguments": {"text": SECRET}, "_meta": META}
            headers = HEADERS | {"authorization": f"Bearer {TOKEN}"}
            with httpx2.Client(trust_env=False) as http:
                answer = http.post(f"{address}/mcp", json=CALL | {"params": params}, headers=headers, timeout=30)
            assert SECRET in answer.text
        finally:
            hub.send_signal(signal.SIGINT)
            rest, _ = hub.communicate(timeout=30)
        assert hub.returncode == 0, said + rest
        return said + rest

    return run


@pytest.fixture
def audit_file(tmp_path):
    return tmp_path / "state" / "logs" / "audit.jsonl"


def test_starts_and_calls_are_written_down_and_no_secret_is(served, audit_file, tmp_path):
    said = served("--otel", OTEL_TRACES_EXPORTER="console", OTEL_METRICS_EXPORTER="console")
    start, call = map(json.loads, audit_file.read_text().splitlines())
    assert (start["event"], start["server"], start["sandbox"]) == ("start", "aa", "none")
    assert (call["server"], call["tool"], call["outcome"], call["client"], call["caller"]) == (
        "aa",
        "echo",
        "done",
        "test 1",
        "token",
    )
    assert call["arguments"] == {"text": "string 23"}
    assert '"name": "tools/call echo"' in said
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert audit_file in files
    for secret in (SECRET, TOKEN):
        assert secret not in said
        assert [path.name for path in files if secret in path.read_text(errors="replace")] == []


def test_who_wants_no_audit_log_has_none(served, audit_file):
    served("--no-audit")
    assert not audit_file.exists()


def test_over_a_pipe_calls_are_written_down_too(process, tmp_path, launch, audit_file):
    argv = launch("aa").argv
    (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": {"aa": {"command": argv[0], "args": argv[1:]}}}))
    words = ["--stdio", "--yes", "--mcp-json", str(tmp_path / "mcp.json"), "--log-format", "json"]
    hub = process(*words, stdin=subprocess.PIPE)
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "editor", "version": "7"}}
    asked = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        CALL | {"params": {"name": "aa_echo", "arguments": {"text": SECRET}}},
    ]
    for message in asked:
        print(json.dumps(message), file=hub.stdin, flush=True)
    assert any(SECRET in line for line in iter(hub.stdout.readline, ""))
    hub.communicate(timeout=30)
    (call,) = [json.loads(line) for line in audit_file.read_text().splitlines() if '"call"' in line]
    assert (call["client"], call["tool"], "address" in call) == ("editor 7", "echo", False)
    assert SECRET not in audit_file.read_text()


def test_without_the_options_none_of_the_libraries_is_loaded(process, tmp_path, launch, monkeypatch):
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    argv = launch("aa").argv
    (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": {"aa": {"command": argv[0], "args": argv[1:]}}}))
    words = ["--stdio", "--yes", "--mcp-json", str(tmp_path / "mcp.json")]
    _, err = process(*words, stdin=subprocess.PIPE).communicate(timeout=30)
    assert "hub_launch.hub.audit" in err
    for library in ("opentelemetry", "logfire", "jwt", "cryptography", "fastmcp"):
        assert not re.search(rf"\| +{library}\b", err), library
