import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.kept import SignedSource, UnsignedSource
from hub_launch.index.opening import open_source
from hub_launch.index.places import Place
from hub_launch.index.registry import Registry
from hub_launch.index.root import is_development, shipped_root
from hub_launch.index.source import FolderSource
from hub_launch.settings import PUBLIC_REGISTRY


@pytest.fixture
def another_root():
    """Some root that is not the development one. Opening does not look into it."""
    return b'{"signed": {}}'


def place(location, **options):
    return Place("", location, **options)


def test_a_folder_is_read_in_place(publish, entry, tmp_path):
    folder = publish([entry("time")], "some folder")
    registry = Registry.open(place(str(folder)), tmp_path / "cache")
    assert [row.id for row in registry.index.servers] == ["time"]
    assert registry.location == str(folder)
    assert registry.notices == ()
    assert not (tmp_path / "cache").exists()


def test_a_file_address_is_a_folder_with_its_escapes_undone(publish, entry, tmp_path):
    folder = publish([entry("time")], "some folder")
    source = open_source(place(folder.as_uri()), tmp_path / "cache")
    assert isinstance(source, FolderSource)
    assert source.location == str(folder)


def test_a_home_folder_may_be_written_as_tilde(publish, entry, tmp_path, monkeypatch):
    publish([entry("time")], "site")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Registry.open(place("~/site"), tmp_path / "cache").resolve("time")


@pytest.mark.parametrize("address", ["http://localhost:1/registry/", "http://127.0.0.9:1", "http://[::1]:1"])
def test_a_registry_on_this_machine_may_be_unsigned_and_says_so(address, tmp_path):
    source = open_source(place(address), tmp_path)
    assert isinstance(source, UnsignedSource)
    assert source.location == address.rstrip("/")
    assert source.notices == (f"the registry {source.location} is not signed; it is on this machine",)


@pytest.mark.parametrize("address", ["https://r.example", "http://10.0.0.1", "http://localhost.r.example"])
def test_a_registry_elsewhere_that_nothing_vouches_for_is_refused(address, tmp_path):
    with pytest.raises(HubError, match="no root to check its signatures with") as caught:
        open_source(place(address), tmp_path)
    assert caught.value.code == ExitCode.REGISTRY
    assert "--root root.json" in caught.value.hint
    assert "--unsigned" in caught.value.hint


def test_the_user_may_believe_an_unsigned_one_and_is_told_whom(tmp_path):
    for address, said in (("https://r.example", "whoever answers at that"), ("http://r.example", "over plain http")):
        source = open_source(place(address, unsigned=True), tmp_path)
        assert isinstance(source, UnsignedSource)
        assert said in source.notices[0]


def test_with_a_root_every_kind_of_place_is_checked(tmp_path, another_root):
    for address in ("https://r.example", "http://127.0.0.1:1", "site", tmp_path.as_uri()):
        source = open_source(place(address, root=another_root), tmp_path)
        assert isinstance(source, SignedSource)
        assert source.notices == ()


def test_the_public_registry_is_refused_while_the_launcher_comes_with_the_development_root(tmp_path):
    assert is_development(shipped_root())
    with pytest.raises(HubError, match="the development root, whose keys everybody has") as caught:
        open_source(place(PUBLIC_REGISTRY), tmp_path)
    assert caught.value.code == ExitCode.REGISTRY


def test_the_public_registry_is_checked_with_the_root_that_came_along(tmp_path, another_root, monkeypatch):
    monkeypatch.setattr("hub_launch.index.opening.shipped_root", lambda: another_root)
    assert isinstance(open_source(place(PUBLIC_REGISTRY + "/"), tmp_path), SignedSource)


def test_a_development_root_vouches_for_nothing_beyond_this_machine(tmp_path):
    assert isinstance(open_source(place("http://127.0.0.1:1", root=shipped_root()), tmp_path), SignedSource)
    with pytest.raises(HubError, match="is a development root"):
        open_source(place("https://r.example", root=shipped_root()), tmp_path)


def test_a_folder_that_others_may_change_is_read_with_a_notice(publish, entry, tmp_path):
    folder = publish([entry("time")])
    assert open_source(place(str(folder)), tmp_path).read().notices == ()
    (folder / "index.json").chmod(0o666)
    assert "others can change that folder" in open_source(place(str(folder)), tmp_path).read().notices[0]
    assert open_source(place(str(folder), unsigned=True), tmp_path).read().notices == ()


@pytest.mark.parametrize("address", ["ftp://r.example", "git+ssh://r.example/x", "s3://bucket"])
def test_another_kind_of_address_is_refused(address, tmp_path):
    with pytest.raises(HubError, match="are not supported") as caught:
        open_source(place(address), tmp_path / "cache")
    assert caught.value.code == ExitCode.USAGE


@pytest.mark.parametrize("address", ["http://[::1", "http://x:notaport", "https://", "http://\x7f"])
def test_an_address_that_is_none_is_a_clear_error(address, tmp_path):
    with pytest.raises(HubError) as caught:
        Registry.open(place(address), tmp_path / "cache")
    assert caught.value.code in (ExitCode.USAGE, ExitCode.REGISTRY)


def test_a_missing_folder_says_how_to_make_one(tmp_path):
    with pytest.raises(HubError, match="does not exist") as caught:
        Registry.open(place(str(tmp_path / "site")), tmp_path / "cache")
    assert caught.value.code == ExitCode.REGISTRY
    assert "hub-build site" in caught.value.hint


def test_a_folder_without_an_index_is_no_registry(tmp_path):
    with pytest.raises(HubError, match=r"index\.json in .* cannot be read: No such file or directory$") as caught:
        Registry.open(place(str(tmp_path)), tmp_path / "cache")
    assert caught.value.code == ExitCode.REGISTRY
    assert "is this the folder" in caught.value.hint


def test_the_sources_of_a_registry_are_none_and_say_how_it_is_made(tmp_path):
    (tmp_path / "servers").mkdir()
    with pytest.raises(HubError) as caught:
        Registry.open(place(str(tmp_path)), tmp_path / "cache")
    assert "`hub-build site` compiles them" in caught.value.hint
