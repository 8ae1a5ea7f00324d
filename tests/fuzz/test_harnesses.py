"""Each harness keeps its promises on its seeds and on whatever broke one before, and finds what breaks one."""

import pytest
from tests.fuzz.table import HARNESSES, HERE, harness

import hub_launch.text


@pytest.fixture(params=HARNESSES)
def one(request):
    return harness(request.param)


def test_promises_hold_for_seeds_and_for_what_broke_them_once(one):
    assert one.seeds
    for data in (*one.seeds, *(path.read_bytes() for path in one.regressions)):
        one.check(data)


def test_every_harness_is_in_the_table():
    assert sorted(path.stem for path in (HERE / "harnesses").glob("*.py")) == sorted(HARNESSES)
    assert {path.name for path in (HERE / "regressions").iterdir()} <= HARNESSES.keys()


def test_what_breaks_a_promise_is_found(monkeypatch):
    texts = harness("texts")
    monkeypatch.setattr("tests.fuzz.harnesses.texts.printable", str)
    with pytest.raises(AssertionError):
        texts.check(texts.seeds[0])
    assert hub_launch.text.printable("\x1b") == "\\x1b"
