"""An event loop that stands still is found out, and told from one that the machine did not let go on."""

import gc
import time

import pytest
from soaking.stalls import STALL_SECONDS, Beat, Beats, stalls, told

BEFORE = Beat(at=100.0, computed=7.0, queued=3.0, collected=1.0)


def after(seconds, computed=0.0, queued=0.0, collected=0.0):
    return Beat(BEFORE.at + seconds, BEFORE.computed + computed, BEFORE.queued + queued, BEFORE.collected + collected)


def test_a_beat_in_time_is_not_told():
    assert told(BEFORE, after(STALL_SECONDS / 2, computed=STALL_SECONDS / 2)) == ""


def test_what_the_thread_did_meanwhile_is_told():
    assert told(BEFORE, after(3.0, 2.5, 0.25, 0.125)) == (
        "it stood still for 3.0 s: computed 2.5 s, of these 0.1 s looking for garbage; "
        "ready without a processor 0.2 s\n"
    )


@pytest.mark.parametrize(
    ("queued", "own"), [(0.0, 1), (0.9, 1), (1.1, 0), (3.0, 0)], ids=["blocked", "mostly", "starved", "starved long"]
)
def test_only_what_is_the_loops_own_counts(queued, own):
    assert stalls("Timeout (0:00:02)!\n  File ...\n" + told(BEFORE, after(3.0, queued=queued))) == own


def test_one_that_never_went_on_counts():
    assert stalls("Timeout (0:00:02)!\n") == 1


def test_computing_and_looking_for_garbage_are_measured():
    beats = Beats()
    try:
        first = beats._last
        while beats._last.computed == first.computed or beats._last.collected == first.collected:
            gc.collect()
            assert beats.next() == ""
        assert first.at < beats._last.at <= time.monotonic()
    finally:
        gc.callbacks.remove(beats._on_collection)
