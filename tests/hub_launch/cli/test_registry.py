import re

import pytest

from hub_launch.index.root import shipped_root


@pytest.fixture
def mine(cli):
    """Runs a command line that reads the registries that were added."""
    return lambda *argv, **rest: cli(*argv, HUB_REGISTRY="", **rest)


@pytest.fixture(autouse=True)
def _no_checkout(monkeypatch, publish, entry):
    """The built-in registry is one of the test's."""
    site = publish([entry("time"), entry("git")], "builtin")
    monkeypatch.setattr("hub_launch.index.places.default_registry", lambda: str(site))


def test_a_registry_is_added_listed_and_removed(mine, signed):
    folder, root = signed
    ran = mine("registry", "add", "work", str(folder), "--root", str(root))
    assert (ran.code, ran.err) == (0, f"work is read from now on: 1 servers at {folder}\n")
    lines = mine("registry", "list").out.splitlines()
    assert re.fullmatch(rf"work\t{folder}\troot [0-9a-f]{{16}}", lines[0])
    assert lines[1].startswith("checkout\t")
    assert mine("registry", "remove", "work").code == 0
    assert len(mine("registry", "list").out.splitlines()) == 1


def test_its_servers_come_first_and_what_they_hide_is_told(mine, signed):
    folder, root = signed
    mine("registry", "add", "work", str(folder), "--root", str(root))
    ran = mine("info", "time")
    assert ran.out.startswith("Signed (time)")
    assert "note: time is work/time; to have the other, write checkout/time" in ran.err
    assert mine("info", "checkout/time").out.startswith("Time (time)")
    assert [line.split("\t")[0] for line in mine("list").out.splitlines()] == ["time", "git", "checkout/time"]
    assert {row["registry"] for row in mine("list", "--format", "json").json} == {"work", "checkout"}


def test_the_root_is_kept_though_its_file_goes(mine, signed):
    folder, root = signed
    mine("registry", "add", "work", str(folder), "--root", str(root))
    root.unlink()
    assert mine("info", "work/time").code == 0
    (folder / "metadata" / "timestamp.json").write_bytes(b"{}")
    ran = mine("call", "time", "x")
    assert ran.code == 3
    assert "is not what its keys signed" in ran.err


def test_a_registry_of_another_root_is_not_added(mine, signed, tmp_path):
    (tmp_path / "dev.json").write_bytes(shipped_root())
    ran = mine("registry", "add", "work", str(signed[0]), "--root", str(tmp_path / "dev.json"))
    assert ran.code == 3
    assert "a signature is wrong or missing" in ran.err
    assert "work" not in mine("registry", "list").out


@pytest.mark.parametrize("content", [b"", b"{}", b"<html>", b'{"signed":{"_type":"root"}}'])
def test_what_is_no_root_is_refused(mine, signed, tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    ran = mine("registry", "add", "work", str(signed[0]), "--root", str(tmp_path / "x.json"))
    assert ran.code == 2
    assert "is not the root of a registry" in ran.err or "cannot be read: it is empty" in ran.err
    assert "work" not in mine("registry", "list").out


def test_a_registry_elsewhere_needs_a_root_or_the_users_word(mine):
    ran = mine("registry", "add", "work", "https://r.example")
    assert ran.code == 3
    assert "no root to check its signatures with" in ran.err


def test_an_unsigned_one_is_shown_as_that(mine, publish, entry):
    folder = publish([entry("other")], "other")
    assert mine("registry", "add", "work", str(folder), "--unsigned").code == 0
    assert mine("registry", "list").out.splitlines()[0] == f"work\t{folder}\tnothing (--unsigned)"


def test_the_built_in_one_may_go_and_come_back(mine):
    assert mine("registry", "remove", "checkout").code == 0
    assert "There is no registry to read" in mine("list").err
    assert mine("registry", "add", "checkout").code == 0
    assert mine("list").out.startswith("git\t")


def test_a_registry_without_a_place_is_a_question(mine):
    ran = mine("registry", "add", "work")
    assert (ran.code, "Where is the registry work?" in ran.err) == (2, True)


def test_root_and_unsigned_contradict_each_other(mine, signed):
    ran = mine("registry", "add", "work", str(signed[0]), "--root", str(signed[1]), "--unsigned")
    assert (ran.code, "contradict" in ran.err) == (2, True)


def test_nothing_is_spawned_for_a_registry_that_is_not_genuine(cli, signed, fake_npx):
    log = fake_npx()
    folder, root = signed
    (folder / "metadata" / "timestamp.json").write_bytes(b"<html>")
    ran = cli("call", "time", "echo", "--yes", "--registry", str(folder), "--root", str(root))
    assert ran.code == 3
    assert "nothing was started and the last good copy is kept" in ran.err
    assert not log.exists()


def test_a_signed_registry_starts_servers(cli, signed, fake_npx):
    fake_npx()
    folder, root = signed
    ran = cli("call", "time", "echo", "--arg", "a=1", "--yes", "--registry", str(folder), "--root", str(root))
    assert (ran.code, ran.out) == (0, '{"a": 1}\n'), ran.err


def test_what_the_environment_says_of_trust_is_of_its_own_registry_alone(cli, signed):
    folder, root = signed
    own = {"HUB_REGISTRY": str(folder), "HUB_ROOT": str(root)}
    assert cli("list", **own).code == 0
    ran = cli("list", "--registry", "https://r.example", HUB_UNSIGNED="1")
    assert "no root to check its signatures with" in ran.err
