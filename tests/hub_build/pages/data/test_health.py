import re
from typing import get_args

from hub_build.pages.data import health
from hub_launch.catalog.recorded import Outcome


def text(pages):
    return " ".join(pages(health)["health/index.html"].split())


def test_every_outcome_has_words_and_a_place():
    assert set(health.VERDICTS) == {*get_args(Outcome), ""}


def test_what_needs_a_look_comes_first(registry, views):
    for id_, outcome in (("one", "passed"), ("two", "needs"), ("three", "failed"), ("four", "unreachable")):
        registry.add(id_)
        registry.record(id_, outcome=outcome)
    registry.add("five")
    model = views(health)["health/index.html"].model
    assert [row.server.id for row in model.slice.items] == ["three", "four", "two", "five", "one"]
    assert [verdict for verdict, _, _ in model.counts] == ["failed", "unreachable", "needs", "", "passed"]


def test_a_row_says_all_that_the_record_does(registry, pages):
    registry.add("weather")
    started = {"kind": "npm", "identifier": "@example/weather"}
    registry.record("weather", tier="bwrap", startSeconds=1.256, started=started)
    cells = re.findall(r"<td[^>]*>(?:<span[^>]*>)?([^<]+)", text(pages))
    assert cells == ["passed", "npm", "bwrap", "1.26 s", "1", "2026-11-20"]


def test_the_reason_of_a_failure_is_shown(registry, pages):
    registry.add("weather")
    registry.record("weather", outcome="failed", reason="exited with 1: no such module", tools=None)
    assert "exited with 1: no such module" in text(pages)


def test_a_server_that_was_never_tested_says_so(registry, pages):
    registry.add("weather")
    assert "no test on record" in text(pages)


def test_what_an_older_version_did_is_not_said_of_the_current_one(registry, pages):
    registry.add("weather", version="2.0.0")
    registry.record("weather")
    assert "no test on record" in text(pages)


def test_withdrawn_servers_are_left_out(registry, views):
    registry.add("weather")
    registry.add("bad", status="withdrawn")
    assert [row.server.id for row in views(health)["health/index.html"].model.slice.items] == ["weather"]
