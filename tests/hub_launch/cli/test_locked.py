"""The same set of servers on another checkout, where neither the registry nor the packages' index can be reached."""

import json
import shutil

import pytest

from hub_launch.programs import find_program

pytestmark = pytest.mark.skipif(find_program("uv") is None, reason="uv is not installed")


@pytest.fixture
def checkout(tmp_path, web):
    """A folder with the project's hub.yaml, and the surroundings of whoever works there; the cache is shared."""

    def make(name, more=""):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "hub.yaml").write_text(
            f"registries: [{{name: work, place: '{web.url}', unsigned: true}}]\n"
            "servers:\n  mail: {set: {}}\n  notes: {registry: work, start: lazy}\n" + more
        )
        own = {f"HUB_{one}_DIR": str(tmp_path / f"{name}-{one}") for one in ("STATE", "CONFIG")}
        return {"cwd": folder, "environ": {**own, "HUB_REGISTRY": ""}}

    return make


@pytest.fixture
def ran(process):
    """Runs a command to its end: its exit code, and what it said beside its result."""

    def run(*words, **where):
        with process(*words, **where) as command:
            _, said = command.communicate(timeout=60)
        return command.returncode, said

    return run


def pins(folder):
    """What the lock says, but for who agreed."""
    servers = json.loads((folder / "hub.lock").read_text())["servers"]
    return {name: {key: value for key, value in pin.items() if key != "approval"} for name, pin in servers.items()}


def test_the_same_set_starts_there_offline(served, ran, checkout, release, built, web, tmp_path, monkeypatch):
    mail = release("mail", "1.0.15", tools=["echo", "pid"])
    web.serve(built([mail, mail.model_copy(update={"id": "notes", "name": "io.github.somebody/notes"})]))
    one = checkout("one")
    assert ran("lock", "--yes", **one)[0] == 0
    hub = served("run", "--locked", **one)
    assert hub.address
    assert hub.end() == 0
    assert all(pin["toolsSha256"] for pin in pins(one["cwd"]).values())

    web.close()
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "nothing"))
    two = checkout("two")
    shutil.copy(one["cwd"] / "hub.lock", two["cwd"])
    # What somebody else agreed to is shown, and asked about.
    code, said = ran("run", "--locked", "--port", "0", **two)
    assert code == 4
    assert "Nobody is there to approve these commands" in said
    hub = served("run", "--locked", "--yes", **two)
    assert hub.address
    assert hub.end() == 0
    assert "mail: ready, 2 tools" in hub.said
    assert "installing" not in hub.said
    # Loudly: it may not be what is current.
    assert "note: " in hub.said
    assert web.url in hub.said
    assert pins(two["cwd"]) == pins(one["cwd"])
    hub = served("run", "--locked", **two)
    assert hub.address
    assert hub.end() == 0

    # A server more than the lock has.
    three = checkout("three", "  other: {command: /bin/cat}\n")
    shutil.copy(one["cwd"] / "hub.lock", three["cwd"])
    code, said = ran("run", "--locked", "--yes", "--port", "0", **three)
    assert code == 4
    assert f"{three['cwd'] / 'hub.lock'} does not say what would be started:\n  other is not in it\n" in said
    assert f"`hub-launch lock --config {three['cwd'] / 'hub.yaml'} other` shows it as it is now, and asks" in said
