import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_launch.catalog import Index, Lists, Profile
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.contents import Listed
from hub_launch.index.table import Stored, write_table


@pytest.fixture
def index(rows, entry):
    """An index of some servers with lists."""

    def make(*entries, **lists):
        listed = rows(entries or [entry("time", tags=["clock"]), entry("git", description="Diffs; not SQL' \" * NEAR")])
        return Index.model_validate(
            {"schemaVersion": 1, "title": "T", "count": len(listed), "servers": listed, "lists": lists}
        )

    return make


@pytest.fixture
def stored(index, tmp_path):
    """A table of an index."""

    def make(*entries, **lists):
        write_table(tmp_path / "table.sqlite", index(*entries, **lists))
        return Stored(tmp_path / "table.sqlite")

    return make


def test_a_table_has_what_the_index_has(stored, index):
    table, listed = stored(aliases={"gt": "git"}), Listed(index(aliases={"gt": "git"}))
    assert list(table.servers) == list(listed.servers)
    assert table.ids == listed.ids == ["git", "time"]
    assert table.lists == listed.lists == Lists(aliases={"gt": "git"})


def test_a_table_has_the_profiles_of_the_index(index, tmp_path):
    profile = Profile(id="work", title="Work", description="At work.", servers=[{"id": "git"}, {"id": "time"}])
    write_table(tmp_path / "table.sqlite", index().model_copy(update={"profiles": (profile,)}))
    assert Stored(tmp_path / "table.sqlite").profiles == (profile,)


@pytest.mark.parametrize("name", ["time", "io.github.somebody/git", "nothing", "", "' OR 1=1 --", "time\x00"])
def test_servers_are_found_by_id_and_name(stored, index, name):
    assert stored().find(name) == Listed(index()).find(name)


WORDS = st.lists(st.text(alphabet="abtime gi\"*:-'()^", max_size=6), max_size=3)


@pytest.fixture
def both(stored, index, entry):
    """The same many-worded servers as a table and as a document."""
    servers = [
        entry("time", title="Time and Tide", tags=["mite"]),
        entry("a-time", description="Emit a time, or two."),
        entry("time-a-b", title="AND", tags=["or", "not"]),
        entry("bait", name="io.github.time/bait", categories=["utilities", "data"]),
        entry("tib", title="Café bat", description="né à time"),
    ]
    return stored(*servers), Listed(index(*servers))


@given(words=WORDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_search_finds_in_a_table_what_it_finds_in_the_document_in_the_same_order(both, words):
    table, listed = both
    assert table.search(words) == listed.search(words)


def test_words_of_a_query_language_are_words(both):
    table, listed = both
    for words in (["AND"], ["or", "not"], ["near"], ["time OR git"], ['"time"'], ["time*"], ["name:time"]):
        assert table.search(words) == listed.search(words)


@pytest.mark.parametrize("content", [b"", b"{}", b"SQLite format 3\x00" + b"\xff" * 500])
def test_what_is_no_table_is_told_from_one(tmp_path, content):
    (tmp_path / "x.sqlite").write_bytes(content)
    with pytest.raises(ValueError, match="is no table"):
        Stored(tmp_path / "x.sqlite")


def test_a_table_of_another_form_is_made_anew(stored, tmp_path):
    stored()
    with sqlite3.connect(tmp_path / "table.sqlite") as table:
        table.execute("UPDATE facts SET form = 99")
    table.close()
    with pytest.raises(ValueError, match="of form 99"):
        Stored(tmp_path / "table.sqlite")


def test_a_row_that_was_changed_on_disk_is_noticed_and_the_table_dropped(stored, tmp_path):
    table = stored()
    with sqlite3.connect(tmp_path / "table.sqlite") as other:
        other.execute("""UPDATE servers SET row = replace(row, '"time"', '"../x"')""")
    other.close()
    with pytest.raises(HubError, match="is damaged, and was removed") as caught:
        table.find("time")
    assert caught.value.code == ExitCode.REGISTRY
    assert not (tmp_path / "table.sqlite").exists()


def test_a_folder_that_is_not_there_is_an_error_and_nothing_is_left(index, tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_table(tmp_path / "no" / "table.sqlite", index())
    assert list(tmp_path.iterdir()) == []
