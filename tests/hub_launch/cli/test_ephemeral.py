"""Entries that a running hub has in its memory alone."""

import json

import httpx2
import pytest
import yaml

TOKEN = "token-0123456789abcdef"


@pytest.fixture
def file(tmp_path, make_registry):
    """A file with an entry."""

    def make(id="mine", **changes):
        path = tmp_path / f"{id}.yaml"
        document = make_registry.document(id, **changes)
        # What is installed here is no published package.
        del document["packages"][0]["integrity"]
        path.write_text(yaml.safe_dump(document))
        return str(path)

    return make


@pytest.fixture
def hub(publish, entry, fake_npx, served, tmp_path):
    """A hub that follows hub.yaml, with one server."""
    fake_npx(tools=["echo"])
    publish([entry("aa")])
    (tmp_path / "hub.yaml").write_text("servers:\n  aa:\n")
    one = served("run", "--yes", cwd=tmp_path, environ={"HUB_TOKEN": TOKEN})
    assert one.address
    return one


def test_an_entry_in_memory_is_started_there_and_nothing_is_written(cli, hub, file, tmp_path):
    done = cli("publish", file(), "--ephemeral")
    assert done.code == 0
    assert "mine is published in the memory of the running hub; nothing was started" in done.err
    assert not (tmp_path / "config" / "overlay").exists()
    assert cli("info", "mine").code == 2

    asked = cli("add", "mine")
    assert asked.code == 4
    assert "registry     ephemeral, the running hub's memory" in asked.err
    added = cli("add", "mine", "--yes")
    assert added.code == 0, added.err
    assert "mine: ready, 1 tool" in added.err
    # A file that outlives the hub does not name it.
    assert (tmp_path / "hub.yaml").read_text() == "servers:\n  aa:\n"

    assert cli("publish", file(), "--ephemeral").code == 2
    assert cli("publish", file(version="2.0.0"), "--ephemeral", "--replace", "mine").code == 0
    assert cli("unpublish", "mine").code == 0
    assert cli("unpublish", "mine").code == 2


def test_it_is_judged_like_any_other(cli, hub, file):
    done = cli("publish", file(license="No Such License"), "--ephemeral", "--format", "json")
    assert done.code == 1
    assert json.loads(done.out)["published"] is False
    assert "FAIL mine.yaml:" in done.err
    taken = cli("publish", file("aa"), "--ephemeral")
    assert taken.code == 2
    assert "aa is the id of another server" in taken.err


def test_it_is_published_over_rest_too(cli, hub, file, tmp_path):
    asked = {"headers": {"authorization": f"Bearer {TOKEN}", "content-type": "application/yaml"}}
    body = (tmp_path / "mine.yaml").read_bytes() if file() else b""
    answer = httpx2.post(f"{hub.address}/v0/publish?ephemeral=true", content=body, **asked)
    assert (answer.status_code, answer.json()["start"]) == (201, "hub-launch add mine")
    assert not (tmp_path / "config" / "overlay").exists()
    assert "mine: ready" in cli("add", "mine", "--yes").err
    assert httpx2.delete(f"{hub.address}/v0/servers/mine", headers=asked["headers"]).status_code == 204
    assert httpx2.delete(f"{hub.address}/v0/servers/mine", headers=asked["headers"]).status_code == 404


def test_without_a_hub_there_is_no_memory(cli, file, publish, entry):
    publish([entry("aa")])
    done = cli("publish", file(), "--ephemeral")
    assert done.code == 2
    assert "No hub is running" in done.err
