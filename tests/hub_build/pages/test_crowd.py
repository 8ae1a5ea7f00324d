"""Pages of many servers on all cores: the same pages, in the order in which they are asked for."""

import pytest

from hub_build.bulk.pool import NO_OTHERS
from hub_build.pages import crowd as module
from hub_build.pages.crowd import Crowd, own_pages
from hub_build.pages.page import Around


@pytest.fixture
def jobs(registry, compiled):
    for number in range(12):
        registry.add(f"server-{number:02}", title=f"Server {number}")
    return [(server, Around()) for server in compiled().servers]


@pytest.fixture
def few(monkeypatch):
    """Others are started for a handful of pages."""
    monkeypatch.setattr(module, "MIN_RUN", 2)
    monkeypatch.setattr(module, "MIN_LEFT", 4)
    monkeypatch.setattr(module, "CHUNK", 3)
    monkeypatch.setattr(module, "AHEAD", 1)


@pytest.fixture
def here(monkeypatch):
    """The ids of the servers whose pages this process drew."""
    ids, real = [], module.own_pages

    def drawn(job, frame):
        ids.append(job[0].document.id)
        return real(job, frame)

    monkeypatch.setattr(module, "own_pages", drawn)
    return ids


@pytest.fixture
def faults(monkeypatch):
    """Why others drew nothing more, which whoever asks for pages is not told."""
    found, real = [], Crowd._from_others

    def watched(self, first):
        try:
            yield from real(self, first)
        except Exception as error:
            found.append(repr(error))
            raise

    monkeypatch.setattr(Crowd, "_from_others", watched)
    return found


def test_whoever_goes_through_them_gets_them_from_others(jobs, frame, few, here, faults):
    wanted = [own_pages(job, frame) for job in jobs]
    crowd = Crowd(jobs, frame, workers=2)
    assert [crowd.pages(place) for place in range(12)] == wanted
    assert (here, faults) == (["server-00", "server-01"], [])


def test_whoever_asks_for_a_few_gets_them_from_here(jobs, frame, few, here):
    crowd = Crowd(jobs, frame, workers=2)
    for place in (3, 7, 1, 11):
        (path,) = crowd.pages(place)
        assert path == f"servers/server-{place:02}/index.html"
    assert len(here) == 4


def test_going_back_begins_anew(jobs, frame, few):
    crowd = Crowd(jobs, frame, workers=2)
    once = [crowd.pages(place) for place in range(7)]
    assert [crowd.pages(place) for place in range(12)][:7] == once


@pytest.mark.parametrize("error", NO_OTHERS)
def test_where_others_are_ended_it_is_done_here(jobs, frame, few, here, monkeypatch, error):
    def broken(*_):
        raise error

    monkeypatch.setattr(module, "ProcessPoolExecutor", broken)
    crowd = Crowd(jobs, frame, workers=2)
    assert len([crowd.pages(place) for place in range(12)]) == len(here) == 12
