import pytest
from tuf.api.metadata import Metadata

from hub_build.sign import keys
from hub_build.sign.ceremony import Changes, first_root, rotated, summary, unsigned_root, with_signature
from hub_build.sign.roots import read_roots
from hub_build.sign.site import published
from hub_build.sign.verify import verify
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.root import is_development, shipped_root


@pytest.fixture
def holder(tmp_path):
    """Makes a key pair, as its holder does; returns the private key's path."""

    def make(name):
        keys.save(tmp_path / "keys" / f"{name}.pem", keys.generate())
        return tmp_path / "keys" / f"{name}.pem"

    return make


@pytest.fixture
def ceremony(desk, holder):
    """A first root of three holders that two of them signed; returns their keys and the online one."""
    held = [holder(name) for name in ("ann", "bea", "cid", "online")]
    path = desk.roots / "1.root.json"
    path.write_bytes(
        unsigned_root([one.with_suffix(".pub") for one in held[:3]], held[3].with_suffix(".pub"), desk.now)
    )
    for key in held[:2]:
        path.write_bytes(with_signature(path, key, ""))
    desk.online = keys.load(held[3])
    return held


def test_a_root_that_two_of_three_signed_is_a_root(desk, ceremony):
    assert read_roots(desk.roots, desk.now).newest.version == 1
    told = summary(desk.roots / "1.root.json", None)
    assert "root 1, valid until 2027-11-21" in told
    assert told.count("(signed)") == 2
    assert "signed by 2 (2 needed) of its own keys" in told


def test_a_root_that_one_signed_is_none(desk, holder):
    held = [holder(name).with_suffix(".pub") for name in ("a", "b", "c", "d")]
    path = desk.roots / "1.root.json"
    path.write_bytes(unsigned_root(held[:3], held[3], desk.now))
    path.write_bytes(with_signature(path, held[0].with_suffix(".pem"), ""))
    with pytest.raises(HubError, match="not signed by enough") as caught:
        read_roots(desk.roots, desk.now)
    assert caught.value.code == ExitCode.REGISTRY


def test_signing_twice_with_one_key_counts_once(desk, ceremony):
    path = desk.roots / "1.root.json"
    path.write_bytes(with_signature(path, ceremony[0], ""))
    assert "signed by 2 (2 needed)" in summary(path, None)


def test_keys_rotate_and_clients_follow(desk, ceremony, holder):
    desk.index("time")
    desk.publish()
    dan, online = holder("dan"), holder("online-2")
    old, new = desk.roots / "1.root.json", desk.roots / "2.root.json"
    changes = Changes((dan.with_suffix(".pub"),), (ceremony[0].with_suffix(".pub"),), online.with_suffix(".pub"))
    new.write_bytes(rotated(old, changes, desk.now))
    assert "signed by 0 (2 needed) of the keys before" in summary(new, old)
    for key in ceremony[1:3]:
        new.write_bytes(with_signature(new, key, ""))
    assert "signed by 2 (2 needed) of the keys before" in summary(new, old)
    desk.online = keys.load(online)
    written = desk.publish()
    assert written == [
        "metadata/2.root.json",
        "metadata/2.targets.json",
        "metadata/2.snapshot.json",
        "metadata/timestamp.json",
    ]
    assert verify(str(desk.site), old.read_bytes()).servers == 1
    assert published(desk.site).timestamp.signed.version == 2


def test_a_gap_between_roots_is_refused(desk, ceremony):
    (desk.roots / "3.root.json").write_bytes(
        rotated(desk.roots / "1.root.json", Changes(), desk.now).replace(b'"version":2', b'"version":3')
    )
    with pytest.raises(HubError, match="one is missing"):
        read_roots(desk.roots, desk.now)


def test_an_expired_root_signs_nothing(desk):
    desk.index("time")
    with pytest.raises(HubError, match="root 1 expired on 2027-11-21") as caught:
        desk.publish(days=366)
    assert "rotate" in caught.value.hint


def test_a_folder_without_roots_says_how_to_make_one(tmp_path, desk):
    with pytest.raises(HubError, match="has no root") as caught:
        read_roots(tmp_path / "nowhere", desk.now)
    assert "sign init" in caught.value.hint


@pytest.mark.parametrize(
    ("root_keys", "online", "said"),
    [
        (("a", "b"), "d", "3 different root keys"),
        (("a", "b", "b"), "d", "3 different root keys"),
        (("a", "b", "c"), None, "and the online key"),
        (("a", "b", "c"), "c", "is one of the root keys"),
    ],
)
def test_a_root_of_too_few_keys_is_refused(desk, holder, root_keys, online, said):
    made = {name: holder(name).with_suffix(".pub") for name in "abcd"}
    with pytest.raises(HubError, match=said):
        unsigned_root([made[name] for name in root_keys], made.get(online), desk.now)


def test_rotating_may_not_leave_too_few_keys_or_remove_a_strangers(desk, ceremony, holder):
    old = desk.roots / "1.root.json"
    with pytest.raises(HubError, match="fewer than 3 root keys"):
        rotated(old, Changes(remove=(ceremony[0].with_suffix(".pub"),)), desk.now)
    with pytest.raises(HubError, match="is no root key of"):
        rotated(old, Changes(remove=(holder("eve").with_suffix(".pub"),)), desk.now)


def test_the_root_that_launchers_come_with_is_the_development_one_that_everybody_can_make(desk):
    made = {name: keys.development(name) for name in keys.NAMES}
    assert shipped_root() == first_root(made, desk.now, development=True)
    assert is_development(shipped_root())
    assert Metadata.from_bytes(shipped_root()).signed.version == 1


def test_a_root_of_secret_keys_is_no_development_root(desk):
    assert not is_development(desk.root)
