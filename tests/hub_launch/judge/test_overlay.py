import json

import pytest
import yaml

from hub_launch.errors import ExitCode, HubError
from hub_launch.judge import overlay as module
from hub_launch.judge.findings import Verdict
from hub_launch.judge.overlay import Overlay, Rejected

NPM = {"registryType": "npm", "version": "1.0.0", "transport": {"type": "stdio"}}


@pytest.fixture
def overlay(tmp_path):
    return Overlay(tmp_path / "overlay")


@pytest.fixture
def written(document):
    """An entry as somebody would send it."""
    return lambda id="mine", **changes: yaml.safe_dump(document(id, **changes), sort_keys=False).encode()


def test_an_entry_is_kept_as_it_was_written(overlay, written):
    published = overlay.publish(written())
    assert (published.entry.id, published.findings) == ("mine", ())
    assert published.path == overlay.folder / "servers" / "mine.yaml"
    assert published.path.read_bytes() == written()
    assert overlay.names() == ["mine"]


def test_json_is_kept_as_yaml(overlay, document):
    texts = {"version": "1.10", "published": "2026-11-21", "description": "ä: no # comment"}
    whole = document("mine", **texts)
    published = overlay.publish(json.dumps(whole).encode(), is_json=True)
    assert yaml.safe_load(published.path.read_text()) == whole
    assert [entry.version for entry in overlay.read()[0]] == ["1.10"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"license": "No Such License"}, "/license"),
        ({"id": "../../evil"}, "/id"),
        ({"id": "con"}, "/id"),
        ({"packages": [NPM | {"identifier": "-c"}]}, "/packages/0/identifier"),
        ({"remotes": [{"type": "streamable-http", "url": "http://169.254.169.254/mcp"}]}, "/remotes/0/url"),
        ({"command": "rm -rf /"}, "/command"),
    ],
)
def test_what_no_registry_would_take_is_not_kept(overlay, document, changes, pointer):
    data = yaml.safe_dump(document("mine") | changes).encode()
    with pytest.raises(Rejected) as caught:
        overlay.publish(data)
    worst = [one for one in caught.value.findings if one.severity is Verdict.FAIL]
    assert pointer in {one.pointer for one in worst}
    assert overlay.names() == []
    assert not list(overlay.folder.rglob("*"))


@pytest.mark.parametrize(
    ("data", "is_json"),
    [
        (b"", False),
        (b"id: [", False),
        (b"[" * 5000, False),
        (b"a: &a [*a, *a]", False),
        (b"id: one\nid: two\n", False),
        (b"x" * 70_000, False),
        (b"", True),
        (b"{", True),
        (b"[" * 5000, True),
        (b'{"id": "one", "id": "two"}', True),
        (b'{"id": NaN}', True),
        (b"\xff", True),
        (b'{"id": "\\ud800"}', True),
        (b"null", True),
    ],
)
def test_what_is_no_document_is_not_kept(overlay, data, is_json):
    with pytest.raises(Rejected):
        overlay.publish(data, is_json=is_json)
    assert overlay.names() == []


def test_entries_are_judged_beside_each_other(overlay, written):
    overlay.publish(written("mine", name="io.github.example/one"))
    with pytest.raises(Rejected, match=r"io\.github\.example/one"):
        overlay.publish(written("other", name="io.github.example/one"))


def test_an_id_has_one_meaning(overlay, written, tmp_path):
    overlay.publish(written())
    with pytest.raises(HubError, match="mine is published already") as again:
        overlay.publish(written())
    assert "`hub-launch publish --replace mine FILE`" in again.value.hint
    elsewhere = Overlay(tmp_path / "other", lambda name: "public" if name == "mine" else "")
    with pytest.raises(HubError, match="another server, in public") as caught:
        elsewhere.publish(written())
    assert caught.value.code == ExitCode.USAGE
    assert elsewhere.names() == []


def test_an_entry_is_replaced_and_removed(overlay, written):
    overlay.publish(written())
    overlay.replace("mine", written(version="2.0.0"))
    assert [entry.version for entry in overlay.read()[0]] == ["2.0.0"]
    overlay.remove("mine")
    assert overlay.read() == ([], [])


@pytest.mark.parametrize("name", ["nope", "../mine", "", "mine.yaml"])
def test_what_is_not_there_is_neither_replaced_nor_removed(overlay, written, name):
    overlay.publish(written())
    for action in (lambda: overlay.remove(name), lambda: overlay.replace(name, written())):
        with pytest.raises(HubError, match="There is no entry"):
            action()
    assert overlay.names() == ["mine"]


def test_an_entry_keeps_its_id(overlay, written):
    overlay.publish(written())
    with pytest.raises(HubError, match="the entry is called other"):
        overlay.replace("mine", written("other"))


def test_there_is_a_bound_to_them(overlay, written, monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRIES", 1)
    overlay.publish(written())
    with pytest.raises(HubError, match="entries of your own already"):
        overlay.publish(written("other"))


def test_a_file_that_was_broken_by_hand_is_left_out_with_the_reason(overlay, written):
    overlay.publish(written("good"))
    path = overlay.publish(written("bad")).path
    path.write_bytes(written("bad", license="No Such License"))
    (path.parent / "worse.yaml").write_text("id: [")
    entries, findings = overlay.read()
    assert [entry.id for entry in entries] == ["good"]
    assert {one.file.rpartition("/")[2] for one in findings} == {"bad.yaml", "worse.yaml"}


def test_a_disk_that_is_full_is_said(overlay, written, monkeypatch):
    def full(path, data):
        raise OSError("No space left on device")

    monkeypatch.setattr(module, "write_atomic", full)
    with pytest.raises(HubError, match="No space left"):
        overlay.publish(written())
