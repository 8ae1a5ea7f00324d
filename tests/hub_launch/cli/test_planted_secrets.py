"""Secrets that are planted in every place a user may keep them turn up nowhere else."""

import asyncio
import json
import os
import sys
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

pytest.importorskip("keyring")

# By where each is kept.
PLANTED = {
    "environment": "planted-in-the-environment",
    "env file": "planted-in-the-env-file",
    "keyring": "planted-in-the-keyring",
    "parameter": "planted-as-a-parameter",
    "nobody's": "planted-for-nobody-at-all",
}

KEYRING = f"""
import keyring.backend

class Keyring(keyring.backend.KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        return {PLANTED["keyring"]!r}

    def set_password(self, service, username, password): ...

    def delete_password(self, service, username): ...
"""


# Says all that it is given to its log, and is the server that its arguments name.
NOISY = """
import os, sys
print(*sys.argv, *os.environ.values(), file=sys.stderr, flush=True)
os.execv(sys.executable, [sys.executable, "-I", *sys.argv[1:]])
"""


@pytest.fixture
def surroundings(tmp_path, monkeypatch):
    """A user who keeps secrets here and there."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "tiny_keyring.py").write_text(KEYRING)
    (tmp_path / ".env").write_text(f"FILE_TOKEN={PLANTED['env file']}\n")
    return {
        "PYTHONPATH": str(tmp_path / "modules"),
        "PYTHON_KEYRING_BACKEND": "tiny_keyring.Keyring",
        "MY_TOKEN": PLANTED["environment"],
        "DEMO_TOKEN": PLANTED["parameter"],
        "OTHER_TOKEN": PLANTED["nobody's"],
    }


@pytest.fixture
def hub(served, surroundings, publish, entry, npm, fake_npx, server_script, tmp_path):
    """One server that repeats what it is given, one of a registry, and one that fails over its secret."""
    fake_npx(tools=["env"], stderr="I was started\n")
    publish([entry("demo", packages=[npm(environmentVariables=[{"name": "DEMO_TOKEN", "isSecret": True}])])])
    env = {"A": "${MY_TOKEN}", "B": "${FILE_TOKEN}", "C": "keyring:c"}
    (tmp_path / "noisy.py").write_text(NOISY)
    config = json.dumps({"tools": ["env"]})
    mine = {"command": sys.executable, "args": ["noisy.py", str(server_script), config, "${MY_TOKEN}"], "env": env}
    broken = {"command": "/nowhere/${MY_TOKEN}", "env": env}
    missing = {"command": "/bin/cat", "env": {"A": "${NOT_SET_TOKEN}"}}
    servers = {"mine": mine, "demo": {}, "broken": broken, "missing": missing}
    (tmp_path / "hub.yaml").write_text(json.dumps({"servers": servers}))
    one = served("run", "--yes", cwd=tmp_path, environ=surroundings)
    assert one.address
    return one


def environment_of(hub, server):
    async def ask():
        async with Client(StreamableHttpTransport(f"{hub.address}/mcp")) as client:
            return json.loads((await client.call_tool(f"{server}_env")).content[0].text)

    return asyncio.run(ask())


def children(pid):
    words = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"\nPPid:\t{pid}\n" in (folder / "status").read_text():
                words += [(folder / "cmdline").read_bytes().decode(), *children(int(folder.name))]
        except OSError:
            continue
    return words


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_secrets_are_where_they_belong_and_nowhere_else(hub, tmp_path):
    mine, demo = environment_of(hub, "mine"), environment_of(hub, "demo")
    # Each server has what was said, and nothing of the user's besides.
    assert {mine[name] for name in "ABC"} == {PLANTED[one] for one in ("environment", "env file", "keyring")}
    assert demo["DEMO_TOKEN"] == PLANTED["parameter"]
    for env, own in ((mine, "ABC"), (demo, ["DEMO_TOKEN"])):
        others = {name: value for name, value in env.items() if name not in own}
        assert not set(PLANTED.values()) & set(others.values())

    shown = [httpx2.get(hub.address + path).text for path in ("/", "/v0/status", "/v0/servers", "/metrics")]
    shown += [httpx2.get(f"{hub.address}/v0/servers/{name}/logs").text for name in ("mine", "demo", "broken")]
    assert "I was started" in shown[-2]
    # What its user wrote into a command is in its command; nothing else is in one.
    listed = [one for one in children(hub.process.pid) if "tiny_server.py" in one]
    assert len(listed) == 2
    shown += [one.removesuffix("\0").removesuffix(PLANTED["environment"]) for one in listed]
    assert hub.end() == 0
    assert "missing: failed" in hub.said
    assert "broken: failed" in hub.said
    shown.append(hub.said)
    kept = {tmp_path / ".env", tmp_path / "modules" / "tiny_keyring.py"}
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".pyc" and path not in kept]
    assert tmp_path / "hub.lock" in files
    assert tmp_path / "state" / "logs" / "mine.log" in files
    for secret in set(PLANTED.values()) - {PLANTED["nobody's"]}:
        assert not [text for text in shown if secret in text], secret
        assert not [path for path in files if secret in path.read_text(errors="replace")], secret
    private = [path for path in (tmp_path / "state").rglob("*") if path.is_file() and path.suffix in (".log", ".jsonl")]
    assert private
    assert {path.stat().st_mode & 0o077 for path in private if os.name == "posix"} == {0}
