"""What the registry's lists mean to whoever names a server."""

import json

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.registries import Registries


@pytest.fixture
def registry(publish, entry, open_registry):
    """A registry of one server, with these lists."""

    def with_lists(**lists):
        folder = publish([entry("filesystem")])
        index = json.loads((folder / "index.json").read_text())
        (folder / "index.json").write_text(json.dumps(index | {"lists": lists}))
        return open_registry(folder)

    return with_lists


def test_a_server_answers_to_its_alias_and_to_its_old_id(registry):
    opened = registry(aliases={"fs": "filesystem"}, renamed={"files": "filesystem"})
    assert {opened.resolve(name).id for name in ("fs", "files", "filesystem", "fs@1.2.3")} == {"filesystem"}


def test_a_server_and_its_alias_are_one_server(registry):
    both = Registries([registry(aliases={"fs": "filesystem"})]).resolve_all(["fs", "filesystem"])
    assert [one.row.id for one in both] == ["filesystem"]


def test_a_withdrawn_server_is_refused_with_the_reason_and_where_to_read_more(registry):
    gone = {"id": "filesystem", "reason": "Taken over.", "date": "2026-11-01", "advisory": "https://example.com/a"}
    with pytest.raises(HubError, match="withdrawn on 2026-11-01: Taken over") as raised:
        registry(withdrawn=[gone]).resolve("filesystem")
    assert raised.value.code is ExitCode.REGISTRY
    assert "https://example.com/a" in raised.value.hint


def test_a_server_whose_entry_is_gone_is_still_refused_by_its_withdrawal(registry):
    gone = {"id": "long-gone", "reason": "Taken over.", "date": "2026-11-01"}
    with pytest.raises(HubError, match="Taken over"):
        registry(withdrawn=[gone]).resolve("long-gone")


def test_a_mistyped_alias_is_recognised(registry):
    with pytest.raises(HubError) as raised:
        registry(aliases={"weather": "filesystem"}).resolve("wether")
    assert "weather" in raised.value.hint
