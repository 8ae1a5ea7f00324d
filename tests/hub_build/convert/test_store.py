"""Whole registries of others, judged by all checks beside one another: what becomes of them, in numbers."""

from collections import Counter
from pathlib import Path

from hub_build.convert import Kind
from hub_build.convert.outcome import Verb
from hub_build.convert.store import Store, Wishes
from hub_launch.judge.findings import Verdict
from hub_launch.judge.registry import Registry


def judged(servers):
    return Store(Path("nowhere/servers"), Registry()).judged(servers, Wishes())


def counts(outcomes):
    return dict(Counter(str(one.verb) for one in outcomes))


def says_what_is_to_do(one):
    missing = any(note.kind is Kind.MISSING for note in one.server.notes)
    return missing or any(finding.severity is Verdict.FAIL for finding in one.remarks)


def test_docker_s_servers_are_good_or_say_what_is_missing(docker_imported):
    outcomes = judged(docker_imported)
    assert counts(outcomes) == {"written": 76, "incomplete": 249, "refused": 3}
    assert all(says_what_is_to_do(one) for one in outcomes if one.verb is Verb.INCOMPLETE)


def test_so_are_all_of_toolhive_s(toolhive_imported):
    outcomes = judged(toolhive_imported)
    assert counts(outcomes) == {"written": 23, "incomplete": 79}
    assert all(says_what_is_to_do(one) for one in outcomes if one.verb is Verb.INCOMPLETE)


def test_and_every_version_of_the_official_registry(official_imported):
    outcomes = judged(official_imported)
    assert counts(outcomes) == {"written": 473, "incomplete": 68, "earlier": 729, "refused": 16}
    assert all(says_what_is_to_do(one) for one in outcomes if one.verb is Verb.INCOMPLETE)


def test_images_lack_their_digest_and_some_a_description(docker_imported):
    fields = Counter(
        note.field
        for one in judged(docker_imported)
        for note in one.server.notes
        if note.kind is Kind.MISSING and one.verb is Verb.INCOMPLETE
    )
    assert set(fields) == {"packages.0.identifier", "description"}
