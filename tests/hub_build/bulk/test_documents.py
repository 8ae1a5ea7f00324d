from hub_build.bulk import Memory, documents
from hub_build.bulk.documents import Documents
from hub_build.bulk.entry import judge_file


def test_documents_are_added_and_come_back(tmp_path):
    path = tmp_path / "cache/x.documents"
    places = [*Documents(path).add([b"one", b""]), *Documents(path).add([b"three"])]
    assert [Documents(path).get(place) for place in places] == [b"one", b"", b"three"]
    assert path.read_bytes() == b"onethree"


def test_what_another_process_added_in_between_confuses_nothing(tmp_path):
    here, there = Documents(tmp_path / "x"), Documents(tmp_path / "x")
    (first,) = there.add([b"there"])
    (second,) = here.add([b"here"])
    assert here.get(second) == b"here"
    assert [Documents(tmp_path / "x").get(place) for place in (first, second)] == [b"there", b"here"]


def test_what_is_not_what_it_was_is_not_there(tmp_path):
    (place,) = Documents(tmp_path / "x").add([b"one"])
    (tmp_path / "x").write_bytes(b"two")
    assert Documents(tmp_path / "x").get(place) is None
    (tmp_path / "x").unlink()
    assert Documents(tmp_path / "x").get(place) is None


def test_when_there_are_too_many_the_old_ones_go(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "MAX_BYTES", 6)
    old, new = (Documents(tmp_path / "x").add([data])[0] for data in (b"abcd", b"efgh"))
    assert (tmp_path / "x").read_bytes() == b"efgh"
    assert [Documents(tmp_path / "x").get(place) for place in (old, new)] == [None, b"efgh"]


def test_a_verdict_whose_document_is_gone_stands(tmp_path, registry):
    judged = judge_file(str(registry.add("weather")))
    Memory(tmp_path / "memory").remember([judged])
    assert Memory(tmp_path / "memory").get(judged.key).draft == judged.draft is not None
    Memory(tmp_path / "memory").path.with_suffix(".documents").unlink()
    back = Memory(tmp_path / "memory").get(judged.key)
    assert (back.findings, back.draft) == (judged.findings, None)
