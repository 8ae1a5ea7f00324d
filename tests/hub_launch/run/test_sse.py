import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.run.sse import Event, EventParser, EventTooLong


def parsed(*chunks, limit=1000):
    parser = EventParser(limit)
    return [event for chunk in chunks for event in parser.feed(chunk)]


STREAM = b': hello\nid: 7\nevent: message\ndata: {"a":1}\n\ndata:one\ndata:  two\n\nevent: ping\n\ndata\n\n'
EVENTS = [Event("message", b'{"a":1}'), Event("message", b"one\n two"), Event("message", b"")]


def test_events_are_read_as_the_standard_says():
    assert parsed(STREAM) == EVENTS


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_every_kind_of_line_end_ends_a_line(end):
    assert parsed(STREAM.replace(b"\n", end)) == EVENTS


@given(st.lists(st.integers(0, 200)), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_it_does_not_matter_how_the_bytes_arrive(cuts, end):
    stream = STREAM.replace(b"\n", end)
    places = sorted({0, len(stream), *(cut % len(stream) for cut in cuts)})
    assert parsed(*(stream[a:b] for a, b in itertools.pairwise(places))) == EVENTS


def test_empty_lines_after_a_carriage_return_at_the_end_of_a_chunk_are_counted_once():
    assert parsed(b"data: a\r", b"\n", b"\n", b"data: b\n\n") == [Event("message", b"a"), Event("message", b"b")]


def test_a_byte_order_mark_is_no_part_of_the_first_field():
    assert parsed(b"\xef\xbb\xbfdata: a\n\n") == [Event("message", b"a")]


def test_the_last_id_and_the_wait_are_remembered():
    parser = EventParser()
    parser.feed(b"id: 12\nretry: 2500\ndata:\n\n")
    assert (parser.last_id, parser.retry) == (b"12", 2.5)


@pytest.mark.parametrize("line", [b"retry: soon", b"retry: -1", b"id: a\0b", b"id: " + b"x" * 5000])
def test_an_id_or_a_wait_that_is_none_changes_nothing(line):
    parser = EventParser()
    parser.feed(b"id: 1\nretry: 10\n" + line + b"\n\n")
    assert (parser.last_id, parser.retry) == (b"1", 0.01)


def test_a_wait_for_years_is_shortened():
    parser = EventParser()
    parser.feed(b"retry: 99999999999999999999\n")
    assert parser.retry == 60


@pytest.mark.parametrize(
    "chunk",
    [b"data: " + b"x" * 2000, b"data: " + b"x" * 2000 + b"\n", b"data: " + b"x" * 100 + b"\n", b"data:\n", b"x" * 100],
    ids=["a long line", "a long event", "many lines", "many empty lines", "a line without an end"],
)
def test_an_event_that_never_ends_is_refused_while_little_of_it_is_kept(chunk):
    with pytest.raises(EventTooLong):
        parsed(*[chunk] * 1000)


def test_signs_of_life_may_come_for_ever():
    assert parsed(*[b": still here\n\n"] * 1000) == []
