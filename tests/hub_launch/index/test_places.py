import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.places import Place, add, all_places, built_in, places, remove, restore
from hub_launch.settings import Settings


@pytest.fixture
def config(tmp_path):
    return tmp_path / "config"


@pytest.fixture
def chosen(tmp_path, config):
    """The places that settings choose."""
    return lambda registry="", **rest: places(Settings(registry, tmp_path / "c", tmp_path / "s", config, **rest))


WORK, HOME = Place("work", "https://work.example", b"root"), Place("home", "/home/site", unsigned=True)


def test_at_first_there_is_the_built_in_one(chosen):
    assert chosen() == (built_in(),)
    assert built_in().name in ("checkout", "public")


def test_those_that_were_added_come_first_in_their_order(chosen, config):
    add(config, WORK)
    add(config, HOME)
    assert chosen() == (WORK, HOME, built_in())


def test_one_may_be_put_before_the_others(chosen, config):
    add(config, WORK)
    add(config, HOME, first=True)
    assert chosen() == (HOME, WORK, built_in())


def test_one_may_be_named(chosen, config):
    add(config, WORK)
    assert chosen("work") == (WORK,)
    assert chosen(built_in().name) == (built_in(),)
    assert chosen("https://other.example") == (Place("", "https://other.example"),)


def test_a_root_or_its_absence_may_be_said_of_the_one_that_is_named(chosen, config, tmp_path):
    (tmp_path / "other.json").write_bytes(b"other root")
    add(config, WORK)
    assert chosen("work", root=tmp_path / "other.json") == (Place("work", WORK.location, b"other root"),)
    assert chosen("work", unsigned=True) == (Place("work", WORK.location, unsigned=True),)


@pytest.mark.parametrize("options", [{"unsigned": True}, {"root": "x.json"}])
def test_but_of_no_other(chosen, options):
    with pytest.raises(HubError, match="none is named") as caught:
        chosen(**options)
    assert caught.value.code == ExitCode.USAGE


def test_signed_and_unsigned_contradict_each_other(chosen, tmp_path):
    with pytest.raises(HubError, match="contradict"):
        chosen("https://r.example", unsigned=True, root=tmp_path / "x")


def test_a_root_that_cannot_be_read_is_told(chosen, tmp_path):
    (tmp_path / "empty.json").touch()
    for name in ("nowhere.json", "empty.json"):
        with pytest.raises(HubError, match="cannot be read") as caught:
            chosen("https://r.example", root=tmp_path / name)
        assert caught.value.code == ExitCode.USAGE


@pytest.mark.parametrize("name", ["", "Work", "a.b", "a/b", "-a", "x" * 64, "../x", "a b"])
def test_a_name_is_what_can_stand_before_an_id(config, name):
    with pytest.raises(HubError, match="cannot name a registry"):
        add(config, Place(name, "https://r.example"))


@pytest.mark.parametrize("name", ["work", "public", "checkout"])
def test_a_name_is_given_once(config, name):
    add(config, WORK)
    with pytest.raises(HubError, match="There is a registry") as caught:
        add(config, Place(name, "https://r.example"))
    # Removing one of ours would not free its name.
    assert ("registry remove" in caught.value.hint) == (name == "work")
    assert ("own read" in caught.value.hint) == (name == built_in().name)


def test_one_may_go_the_built_in_one_too(chosen, config):
    add(config, WORK)
    remove(config, built_in().name)
    assert chosen() == (WORK,)
    remove(config, "work")
    assert chosen() == ()
    restore(config)
    assert chosen() == (built_in(),)


def test_one_that_is_not_there_cannot_go(config):
    with pytest.raises(HubError, match="no registry 'work'") as caught:
        remove(config, "work")
    assert built_in().name in caught.value.hint


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b'{"version": 9}', b'{"version":1,"registries":[{}]}', b"\xff"])
def test_a_damaged_list_is_an_error_and_not_an_empty_one(config, damage):
    add(config, WORK)
    (config / "registries.json").write_bytes(damage)
    for action in (lambda: all_places(config), lambda: add(config, HOME), lambda: remove(config, "work")):
        with pytest.raises(HubError, match="is not a list of registries") as caught:
            action()
        assert caught.value.code == ExitCode.REGISTRY
    assert (config / "registries.json").read_bytes() == damage


def test_a_root_that_was_exchanged_on_disk_is_noticed(config):
    add(config, WORK)
    (root,) = (config / "roots").iterdir()
    root.write_bytes(b"evil root")
    with pytest.raises(HubError, match="is not the root that was added"):
        all_places(config)


def test_a_folder_that_cannot_be_written_is_told(config):
    config.write_text("a file")
    with pytest.raises(HubError, match=r"cannot be written|is not a list"):
        add(config, WORK)
