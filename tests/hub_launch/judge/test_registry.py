import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.checks import run_checks
from hub_launch.judge.registry import extended, read_registry, shown


def test_entries_are_read_in_the_order_of_their_names(registry):
    for id_ in ("zebra", "apple", "mango"):
        registry.add(id_)
    assert [source.entry.id for source in read_registry(registry.folder).sources] == ["apple", "mango", "zebra"]


def test_a_folder_without_servers_is_no_registry(tmp_path):
    with pytest.raises(HubError) as caught:
        read_registry(tmp_path)
    assert caught.value.code == ExitCode.REGISTRY
    assert "servers/" in caught.value.message


def test_one_broken_file_hides_no_other(registry):
    registry.write("servers/broken.yaml", "a: [")
    registry.add("weather")
    read = read_registry(registry.folder)
    assert [source.entry.id for source in read.sources] == ["weather"]
    assert [finding.rule for finding in read.unreadable] == ["syntax"]
    assert read.files == 2


def test_subfolders_and_hidden_files_are_reported_and_git_keep_files_are_not(registry):
    registry.add("weather")
    (registry.folder / "servers" / "more").mkdir()
    registry.write("servers/.gitkeep", "")
    registry.write("servers/.secret", "")
    found = run_checks(read_registry(registry.folder))
    assert [(finding.rule, finding.file.rsplit("/", 1)[1]) for finding in found] == [
        ("file-name", ".secret"),
        ("file-name", "more"),
    ]


def test_a_link_in_the_place_of_an_entry_is_reported(registry):
    registry.add("weather")
    (registry.folder / "servers" / "other.yaml").symlink_to("weather.yaml")
    (finding,) = run_checks(read_registry(registry.folder))
    assert "symbolic link" in finding.message


def test_keys_spelt_the_python_way_are_unknown(registry):
    registry.write("servers/x.yaml", "id: x1\nwebsite_url: https://example.com\n")
    (source,) = read_registry(registry.folder).sources
    assert source.entry is None


def test_a_draft_is_compared_with_the_registry(registry, tmp_path, document):
    registry.add("web-search")
    draft = registry.add("websearch").rename(tmp_path / "websearch.yaml")
    whole = extended(read_registry(registry.folder), [draft, registry.folder / "servers" / "web-search.yaml"])
    assert len(whole.sources) == 2
    assert {finding.rule for finding in run_checks(whole, frozenset([shown(draft)]))} == {"unique"}


def test_a_spec_that_cannot_be_read_is_reported_once(registry):
    registry.write("openapi/api.json", '{"a": }')
    source = {"file": "api.json", "baseUrl": "https://example.com"}
    registry.add("weather", packages=..., openapi=source)
    (finding,) = run_checks(read_registry(registry.folder))
    assert (finding.rule, finding.line, finding.column) == ("syntax", 1, 7)


def test_a_spec_is_not_called_unused_while_an_entry_cannot_be_read(registry):
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.write("servers/weather.yaml", "openapi: {file: api.yaml")
    assert [finding.rule for finding in run_checks(read_registry(registry.folder))] == ["syntax"]


def test_paths_are_shown_as_a_user_would_type_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert shown(tmp_path.parent / "b.yaml") == str(tmp_path.parent / "b.yaml")
