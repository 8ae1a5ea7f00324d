import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.http import HttpSource
from hub_launch.index.registry import Registry
from hub_launch.index.source import FolderSource, check_hash, open_source
from hub_launch.settings import Settings


def settings_for(registry, tmp_path):
    return Settings(registry, tmp_path / "cache", tmp_path / "state")


def test_a_folder_is_read_in_place(publish, entry, tmp_path):
    folder = publish([entry("time")], "some folder")
    registry = Registry.open(settings_for(str(folder), tmp_path))
    assert [row.id for row in registry.index.servers] == ["time"]
    assert registry.location == str(folder)
    assert registry.notice == ""
    assert not (tmp_path / "cache").exists()


def test_a_file_address_is_a_folder_with_its_escapes_undone(publish, entry, tmp_path):
    folder = publish([entry("time")], "some folder")
    source = open_source(settings_for(folder.as_uri(), tmp_path))
    assert isinstance(source, FolderSource)
    assert source.location == str(folder)


def test_a_home_folder_may_be_written_as_tilde(publish, entry, tmp_path, monkeypatch):
    publish([entry("time")], "site")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Registry.open(settings_for("~/site", tmp_path)).resolve("time")


@pytest.mark.parametrize("address", ["https://r.example", "http://localhost:1/registry/"])
def test_a_web_address_is_read_over_http(address, tmp_path):
    source = open_source(settings_for(address, tmp_path))
    assert isinstance(source, HttpSource)
    assert source.location == address.rstrip("/")


@pytest.mark.parametrize("address", ["ftp://r.example", "git+ssh://r.example/x", "s3://bucket"])
def test_another_kind_of_address_is_refused(address, tmp_path):
    with pytest.raises(HubError, match="are not supported") as caught:
        open_source(settings_for(address, tmp_path))
    assert caught.value.code == ExitCode.USAGE


@pytest.mark.parametrize("address", ["http://[::1", "http://x:notaport", "https://", "http://\x7f"])
def test_an_address_that_is_none_is_a_clear_error(address, tmp_path):
    with pytest.raises(HubError) as caught:
        Registry.open(settings_for(address, tmp_path))
    assert caught.value.code in (ExitCode.USAGE, ExitCode.REGISTRY)


def test_a_missing_folder_says_how_to_make_one(tmp_path):
    with pytest.raises(HubError, match="does not exist") as caught:
        Registry.open(settings_for(str(tmp_path / "site"), tmp_path))
    assert caught.value.code == ExitCode.REGISTRY
    assert "hub-build site" in caught.value.hint


def test_a_folder_without_an_index_is_no_registry(tmp_path):
    with pytest.raises(HubError, match=r"index\.json in .* cannot be read") as caught:
        Registry.open(settings_for(str(tmp_path), tmp_path))
    assert caught.value.code == ExitCode.REGISTRY


def test_an_oversized_document_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "big.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(HubError, match="larger than 1,000 bytes"):
        FolderSource(tmp_path).document("big.json", 1000, "0" * 64)


def test_a_wrong_hash_is_told_with_both():
    with pytest.raises(HubError, match="sha256 ba7816bf8f01…, expected 000000000000…") as caught:
        check_hash(b"abc", "0" * 64, "there")
    assert caught.value.code == ExitCode.REGISTRY
