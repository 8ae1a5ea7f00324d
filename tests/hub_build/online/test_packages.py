"""What a registry's answer means for an entry. Answers are values; tests/e2e asks real registries."""

import json

import pytest

from hub_build.online import run
from hub_build.upstream import Missing, Release, Upstream
from hub_launch.errors import HubError
from hub_launch.judge.registry import read_registry

TODAY = "2026-11-21"
INTEGRITY = "sha512-" + "A" * 86 + "=="
OTHER = "sha512-" + "B" * 86 + "=="


def release(**changes):
    facts = {"integrity": INTEGRITY, "integrities": (INTEGRITY,), "server_name": "io.github.example/weather"}
    return Release("npm", "@example/weather", "1.4.0", **(facts | changes))


class Registries:
    """Package registries that give the answer they are told."""

    def __init__(self):
        self.answer, self.asked = release(), []

    def release(self, identifier, version):
        self.asked.append((identifier, version))
        if isinstance(self.answer, HubError):
            raise self.answer
        return self.answer


@pytest.fixture
def upstream(monkeypatch):
    registries = Registries()
    monkeypatch.setattr(run, "UPSTREAMS", {"npm": Upstream(registries.release, None, None)})
    return registries


@pytest.fixture
def ask(registry, upstream):
    """The findings about `weather`, as the registry answers."""
    registry.add("weather")

    def ask(answer=None, record=False, findings=(), **changes):
        if changes:
            registry.add("weather", **changes)
        upstream.answer = answer or upstream.answer
        folder = registry.folder if record else None
        found = run.ask_online(read_registry(registry.folder), findings, None, TODAY, folder)
        return [(finding.severity.name, finding.rule, finding.pointer) for finding in found]

    return ask


def packages(**changes):
    package = {"registryType": "npm", "identifier": "@example/weather", "version": "1.4.0"}
    return [package | {"transport": {"type": "stdio"}} | changes]


def test_a_package_that_is_what_its_entry_says_is_good(ask, upstream):
    assert ask(packages=packages(integrity=INTEGRITY)) == []
    assert upstream.asked == [("@example/weather", "1.4.0")]


def test_a_package_that_is_not_there_fails(ask):
    assert ask(Missing("npm has no @example/weather@1.4.0")) == [("FAIL", "not-published", "/packages/0/version")]


def test_another_file_fails(ask):
    found = ask(packages=packages(integrity=OTHER))
    assert found == [("FAIL", "wrong-integrity", "/packages/0/integrity")]


def test_any_file_of_the_version_is_right(ask):
    assert ask(release(integrity=None, integrities=(INTEGRITY, OTHER)), packages=packages(integrity=OTHER)) == []


def test_what_its_publisher_took_back_needs_a_person(ask):
    assert ask(release(withdrawn="Use 2.x")) == [("REVIEW", "withdrawn-upstream", "/packages/0/version")]


@pytest.mark.parametrize("claimed", [None, "io.github.other/weather", "io.github.Example/weather"])
def test_a_package_that_does_not_carry_the_name_needs_a_person(ask, claimed):
    assert ask(release(server_name=claimed)) == [("REVIEW", "not-proven", "/packages/0/identifier")]


def test_a_registry_that_cannot_be_asked_says_nothing_against_the_package(ask):
    assert ask(HubError("npm did not answer within 180 s")) == [("REVIEW", "could-not-check", "/packages/0/identifier")]


@pytest.mark.parametrize(
    "package",
    [
        {"registryBaseUrl": "https://npm.example.com"},
        {"registryType": "oci", "identifier": "docker.io/example/weather@sha256:" + "a" * 64, "version": ...},
    ],
    ids=["another registry", "no client"],
)
def test_what_no_client_here_can_ask_needs_a_person(ask, upstream, package):
    (one,) = packages(**package)
    found = ask(packages=[{key: value for key, value in one.items() if value is not ...}])
    assert [rule for _, rule, _ in found] == ["could-not-check"]
    assert upstream.asked == []


def test_an_entry_that_fails_already_is_not_asked_about(registry, ask, upstream):
    registry.add("weather")
    (source,) = read_registry(registry.folder).sources
    broken = source.loaded.finding(("title",), "wrong-value", "`title`: no")
    assert ask(findings=[broken]) == [("FAIL", "wrong-value", "/title")]
    assert upstream.asked == []


# Proofs of ownership


def test_what_is_proven_is_written_down_once(registry, ask):
    ask(record=True)
    proof = json.loads((registry.folder / "proofs/weather.json").read_text())
    assert proof == {
        "id": "weather",
        "name": "io.github.example/weather",
        "packages": [{"registryType": "npm", "identifier": "@example/weather"}],
        "date": TODAY,
    }
    registry.prove("weather")
    ask(record=True)
    assert json.loads((registry.folder / "proofs/weather.json").read_text())["date"] == "2026-11-20"


def test_a_proof_that_the_package_does_not_bear_out_fails(registry, ask):
    registry.prove("weather")
    found = ask(release(server_name=None))
    assert found == [("FAIL", "ownership-proof", ""), ("REVIEW", "not-proven", "/packages/0/identifier")]


def test_recording_removes_what_is_not_true_and_keeps_what_could_not_be_asked(registry, ask):
    path = registry.prove("weather")
    ask(HubError("away"), record=True)
    assert path.exists()
    ask(release(server_name=None), record=True)
    assert not path.exists()


def test_two_packages_are_both_asked_and_both_prove(registry, ask, upstream):
    ask(packages=[*packages(), *packages(identifier="@example/other")], record=True)
    assert len(upstream.asked) == 2
    assert len(json.loads((registry.folder / "proofs/weather.json").read_text())["packages"]) == 2


def test_only_the_files_of_interest_are_asked_about(registry, ask, upstream):
    registry.add("clock")
    ask()
    upstream.asked.clear()
    run.ask_online(read_registry(registry.folder), [], frozenset({"elsewhere.yaml"}), TODAY)
    assert upstream.asked == []
