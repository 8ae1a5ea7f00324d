"""Whatever goes wrong with a file, at whichever step: it is the old one or the new one, and the next run is well."""

import io
from datetime import date

import pytest
import yaml
from tests.conftest import entry_document
from tests.faults.walk import Work, walk

from hub_launch.catalog.lock import Lock, Pin, Way
from hub_launch.cli.changing import add_servers
from hub_launch.cli.terminal import Terminal
from hub_launch.clients.places import Target
from hub_launch.clients.table import CLIENTS
from hub_launch.config.edit import set_enabled
from hub_launch.guard.approval import KEY_BYTES, Seal
from hub_launch.guard.lockfile import LockFile
from hub_launch.guard.secrets import Secrets
from hub_launch.guard.tools import ToolPins
from hub_launch.index import places
from hub_launch.index.cache import Cache, State
from hub_launch.install.installed import Installed, write_installed
from hub_launch.judge.overlay import Overlay
from hub_launch.plan import StdioLaunch
from hub_launch.run.known import KnownFiles
from hub_launch.run.messages import raw
from hub_launch.run.offer import Definition, Greeting, Offer
from hub_launch.run.signin.store import Record, Store

YAML = "servers:\n  # Mine.\n  time:\n  git: {}\n"
URL = "https://registry.example.org"
SEAL = Seal(b"k" * KEY_BYTES)


def put(folder, name, text):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def locked(name):
    pin = Pin(title=name, version="1", ways=(Way(kind="npm"),))
    return lambda folder: LockFile(folder / "hub.lock").change(
        lambda lock: lock.model_copy(update={"servers": {**lock.servers, name: pin}})
    )


def kept(index):
    state = State(URL, index.hex(), 1.0)
    return lambda folder: Cache(folder, URL).keep(state, index)


def editor(folder):
    return Target("cursor", CLIENTS["cursor"], folder / "mcp.json", folder / "memory")


def nothing(folder):
    pass


class Keyring:
    def set_password(self, service, username, password):
        pass


def secret(name):
    return lambda folder: Secrets(folder / "secrets.json", Keyring).set(name, "0123456789")


def known(name):
    return lambda folder: places.add(folder, places.Place(name, f"https://{name}.example.org", unsigned=True))


def signed_in(token):
    return lambda folder: Store(folder).save(Record(URL, "far", {"tokens": token}))


def added(name):
    terminal = Terminal(io.StringIO(), io.StringIO(), False)
    return lambda folder: add_servers(folder / "hub.yaml", {name: {"command": "npx"}}, terminal, (), approved=True)


def entry_bytes(**changes):
    return yaml.safe_dump(entry_document(**changes), sort_keys=False).encode()


def agreed_to(folder):
    pin = SEAL.approve("mail", Pin(title="Mail", ways=(Way(kind="npm"),)), date(2026, 11, 21))
    LockFile(folder / "hub.lock").change(lambda _: Lock(servers={"mail": pin}))


def pins(folder):
    """Of a process that has just begun."""
    return ToolPins(LockFile(folder / "hub.lock"), SEAL, folder / "tools")


def tool(name):
    return {"name": name, "inputSchema": {"type": "object"}}


def started(folder):
    agreed_to(folder)
    pins(folder).refusal("mail", [tool("send")])


def offered(name):
    greeting = Greeting("legacy", "2025-11-25", raw({}), {"name": "mail"}, {"tools": {}}, "")
    offer = Offer(tools=(Definition(name, raw(tool(name))),), greeting=greeting)
    launch = StdioLaunch("mail", "Mail", "npm", ("/bin/mail",))
    return lambda folder: KnownFiles(folder).save(launch, offer)


WORKS = {
    "hub.lock": Work(locked("git"), locked("time"), left=["*.guard"]),
    "hub.lock, the first": Work(nothing, locked("time"), left=["*.guard"]),
    "hub.yaml": Work(
        lambda folder: put(folder, "hub.yaml", YAML),
        lambda folder: set_enabled(folder / "hub.yaml", "time", enabled=False),
    ),
    "hub.yaml, which there was none of": Work(nothing, added("own")),
    "hub.yaml, with another server": Work(added("own"), added("other")),
    "secrets": Work(secret("github"), secret("other")),
    "registries": Work(known("ours"), known("theirs")),
    "who is signed in": Work(signed_in("old"), signed_in("new"), error=OSError),
    "the key of approvals": Work(nothing, lambda folder: Seal.of_user(folder / "key"), read=len, tolerant=True),
    "registry": Work(kept(b"old"), kept(b"new"), left=["lock"], error=OSError),
    "editor": Work(
        lambda folder: put(folder, "mcp.json", "{}"),
        lambda folder: editor(folder).write(editor(folder).read(), '{"mcpServers": {}}'),
        left=["*.backup-*"],
    ),
    "the first of an editor": Work(nothing, lambda folder: editor(folder).write("", "{}")),
    "what was added to an editor's file": Work(nothing, lambda folder: editor(folder).remember("piece"), tolerant=True),
    "an entry of one's own": Work(nothing, lambda folder: Overlay(folder).publish(entry_bytes())),
    "an entry of one's own, another version": Work(
        lambda folder: Overlay(folder).publish(entry_bytes()),
        lambda folder: Overlay(folder).replace("weather", entry_bytes(title="Better weather")),
    ),
    "an entry of one's own, removed": Work(
        lambda folder: Overlay(folder).publish(entry_bytes()), lambda folder: Overlay(folder).remove("weather")
    ),
    "an installed package": Work(
        lambda folder: write_installed(folder / "a.json", Installed(("old",), ())),
        lambda folder: write_installed(folder / "a.json", Installed(("new",), ())),
        error=OSError,
    ),
    "the tools that a server has at first": Work(
        agreed_to, lambda folder: pins(folder).refusal("mail", [tool("send")]), tolerant=True, left=["*.guard"]
    ),
    "the tools that a server has now": Work(
        started, lambda folder: pins(folder).refusal("mail", [tool("other")]), tolerant=True
    ),
    "tools that are agreed to": Work(
        started, lambda folder: pins(folder).approve("mail", {"": [tool("other")]}), left=["*.guard"]
    ),
    "what a server offered": Work(offered("old"), offered("new"), tolerant=True),
}


@pytest.mark.parametrize("name", WORKS)
def test_a_file_is_the_old_one_or_the_new_one(name, tmp_path, monkeypatch):
    assert walk(WORKS[name], tmp_path / "disk", monkeypatch) > 2
