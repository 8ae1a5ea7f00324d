from collections import Counter

import pytest
from tests.hub_build.convert.contract import is_entry

from hub_build.convert import FORMATS, Kind
from hub_launch.catalog import Entry


def test_every_server_is_an_entry_or_says_what_is_missing(docker_imported):
    entries = [one for one in docker_imported if one.document and is_entry(one.document)]
    incomplete = [one for one in docker_imported if one.document and not is_entry(one.document)]
    refused = [one for one in docker_imported if not one.document]
    assert (len(entries), len(incomplete), len(refused)) == (266, 59, 3)
    assert len(entries) + len(incomplete) >= 300


def test_the_missing_fact_is_the_description(docker_imported):
    incomplete = [one for one in docker_imported if one.document and not is_entry(one.document)]
    missing = Counter(
        note.field for one in incomplete for note in one.notes if note.kind is Kind.MISSING and "." not in note.field
    )
    assert missing == {"description": len(incomplete)}


def test_the_refused_ones_run_a_container_for_each_tool(docker_imported):
    refused = [one for one in docker_imported if not one.document]
    assert {one.source for one in refused} == {"curl", "docker", "ffmpeg"}
    assert all(note.value == "poci" for one in refused for note in one.refusals)


def test_ids_are_unique(docker_imported):
    ids = [one.text("id") for one in docker_imported if one.document]
    assert len(set(ids)) == len(ids)


def test_without_the_facts_nothing_is_invented(docker_documents, convert):
    from hub_build.convert import Defaults

    (one,) = convert(docker_documents[1], "docker", Defaults())
    missing = {note.field for note in one.notes if note.kind is Kind.MISSING}
    assert {"license", "maintainers", "published"} <= missing
    assert not {"license", "maintainers", "published"} & one.document.keys()


def test_what_is_exported_comes_back_the_same(docker_imported, convert):
    """Names, titles and places of what is asked for survive a second trip."""
    for one in docker_imported:
        if not (one.document and is_entry(one.document)):
            continue
        document, _ = FORMATS["docker"].write([Entry.model_validate(one.document)])
        (again,) = convert(document, "docker")
        assert is_entry(again.document), (one.source, again.notes)
        for key in ("title", "repository", "icons"):
            assert again.document.get(key) == one.document.get(key)
        assert environment(again) == environment(one)
        assert [(each["type"], each["url"]) for each in again.document.get("remotes", ())] == [
            (each["type"], each["url"]) for each in one.document.get("remotes", ())
        ]


def environment(one):
    packages = one.document.get("packages", ())
    return {
        (each["name"], each.get("isSecret", False))
        for package in packages
        for each in package.get("environmentVariables", ())
    }


@pytest.mark.parametrize("key", ["name", "image", "about", "meta", "source", "run", "config", "remote"])
@pytest.mark.parametrize("value", [None, 5, "x", [], [[]], {"x": 1}, {"": {"": []}}, True])
@pytest.mark.parametrize("kind", ["server", "remote"])
def test_wrong_types_are_notes(key, value, kind, convert):
    document = {"name": "x", "type": kind, "image": "a/b:1", "about": {}, "meta": {}} | {key: value}
    (one,) = convert(document, "docker")
    assert one.document is None or not is_entry(one.document)
    assert one.notes


def test_an_entry_without_image_or_remote_cannot_be_one(document):
    from hub_launch.errors import HubError

    with pytest.raises(HubError, match="neither an image nor a remote"):
        FORMATS["docker"].write([Entry.model_validate(document())])
