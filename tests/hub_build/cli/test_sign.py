import json

import pytest

from hub_build.cli import sign
from hub_build.sign.keys import NAMES, ONLINE_KEY_VARIABLE


@pytest.fixture
def signed(run, registry, tmp_path):
    """A registry's site with keys of its own."""
    registry.add()
    run("site")
    assert run("sign", "init", str(tmp_path / "keys")).code == 0
    return tmp_path / "keys"


def publish(run, keys, *options):
    return run("sign", "publish", "site", "--roots", str(keys), "--online-key", str(keys / "online.pem"), *options)


def test_a_registry_is_signed_from_nothing(run, signed, tmp_path):
    assert {path.name for path in signed.iterdir()} == {
        *(f"{name}.{ending}" for name in NAMES for ending in ("pem", "pub")),
        "1.root.json",
    }
    ran = publish(run, signed, "--first")
    assert ran.code == 0, ran.err
    assert "metadata/timestamp.json" in ran.out
    ran = run("sign", "verify", "site", "--root", str(signed / "1.root.json"))
    assert (ran.code, ran.out) == (0, "site: genuine; 1 servers, 1 documents compared\n")
    assert "site: nothing to do" in publish(run, signed).out


def test_without_metadata_to_go_on_from_nothing_is_signed(run, signed):
    ran = publish(run, signed)
    assert ran.code == 3
    assert "no metadata to go on from" in ran.err
    assert "--first" in ran.err


def test_the_daily_job_needs_a_signed_site(run, signed):
    ran = run("sign", "refresh", "site", "--roots", str(signed))
    assert (ran.code, "was never signed" in ran.err) == (3, True)


def test_the_online_key_may_come_from_a_secret_of_the_machine(run, signed, monkeypatch):
    publish(run, signed, "--first")
    monkeypatch.setenv(ONLINE_KEY_VARIABLE, (signed / "online.pem").read_text())
    ran = run("sign", "refresh", "site", "--roots", str(signed))
    assert (ran.code, ran.out) == (0, "site: metadata/timestamp.json\n")


def test_without_a_key_it_says_where_one_may_be(run, signed):
    ran = run("sign", "publish", "site", "--roots", str(signed), "--first")
    assert ran.code == 2
    assert ONLINE_KEY_VARIABLE in ran.err


def test_development_keys_sign_what_only_this_machine_believes(run, registry, tmp_path):
    registry.add()
    run("site")
    run("sign", "init", str(tmp_path / "dev"), "--development")
    sign_it = ("sign", "publish", "site", "--roots", str(tmp_path / "dev"), "--first")
    ran = run(*sign_it, "--online-key", str(tmp_path / "dev" / "online.pem"))
    assert (ran.code, "whose keys everybody has" in ran.err) == (2, True)
    ran = run(*sign_it, "--development")
    assert ran.code == 0, ran.err
    root = json.loads((tmp_path / "dev" / "1.root.json").read_bytes())
    assert root["signed"]["x-mcp-hub-development"] is True


def test_holders_make_a_root_without_meeting(run, registry, tmp_path):
    registry.add()
    run("site")
    held = [tmp_path / "held" / f"{name}.pem" for name in ("ann", "bea", "cid", "online")]
    for path in held:
        assert run("sign", "key", str(path)).code == 0
    publics = [str(path.with_suffix(".pub")) for path in held]
    root = tmp_path / "roots" / "1.root.json"
    root.parent.mkdir()
    options = [word for public in publics[:3] for word in ("--root-key", public)]
    ran = run("sign", "root", str(root), *options, "--online-key", publics[3])
    assert "signed by 0 (2 needed) of its own keys" in ran.out
    for path in held[:2]:
        ran = run("sign", "root", str(root), "--sign", str(path))
    assert "signed by 2 (2 needed) of its own keys" in ran.out
    second = root.with_name("2.root.json")
    ran = run("sign", "rotate", str(root), str(second))
    assert "root 2, valid until" in ran.out
    for path in held[:2]:
        ran = run("sign", "root", str(second), "--sign", str(path), "--previous", str(root))
    assert "signed by 2 (2 needed) of the keys before" in ran.out
    ran = run("sign", "publish", "site", "--roots", str(root.parent), "--online-key", str(held[3]), "--first")
    assert ran.code == 0, ran.err
    assert run("sign", "verify", "site", "--root", str(root)).code == 0


def test_a_root_is_not_overwritten(run, signed, tmp_path):
    ran = run("sign", "rotate", str(signed / "1.root.json"), str(signed / "1.root.json"))
    assert (ran.code, "a root is never overwritten" in ran.err) == (2, True)


@pytest.mark.parametrize("typed", [["", ""], ["one", "two"]])
def test_a_passphrase_is_typed_twice_alike(run, tmp_path, monkeypatch, typed):
    answers = iter(typed)
    monkeypatch.setattr(sign.getpass, "getpass", lambda question: next(answers))
    ran = run("sign", "key", str(tmp_path / "k.pem"), "--passphrase")
    assert (ran.code, "no passphrase, or two different ones" in ran.err) == (2, True)
    assert not (tmp_path / "k.pem").exists()


def test_who_asks_for_a_passphrase_where_nobody_is_hears_of_the_variable(run, tmp_path, monkeypatch):
    def nobody(question):
        raise EOFError

    monkeypatch.setattr(sign.getpass, "getpass", nobody)
    ran = run("sign", "key", str(tmp_path / "k.pem"), "--passphrase")
    assert (ran.code, "HUB_KEY_PASSPHRASE has it" in ran.err) == (2, True)


def test_a_site_without_an_index_is_not_signed(run, signed, tmp_path):
    (tmp_path / "site" / "index.json").unlink()
    ran = publish(run, signed, "--first")
    assert (ran.code, "`hub-build site` writes the site" in ran.err) == (3, True)
