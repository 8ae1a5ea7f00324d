"""Which version a server should have, by what its package registry says."""

import pytest

from hub_build.bump import newer
from hub_build.bump.newer import newer_version
from hub_build.upstream import Missing, Release, Upstream
from hub_launch.catalog import Entry, Lists
from hub_launch.errors import HubError

HASH = f"sha512-{'A' * 86}=="


@pytest.fixture
def upstream(monkeypatch):
    """Registries that have the versions that a test puts there, the newest first; keywords change releases."""
    known = {}

    def release(kind):
        def ask(identifier, version=None):
            versions = known.get((kind, identifier), {})
            found = next(iter(versions)) if version is None and versions else version
            if found not in versions:
                return Missing(f"there is no {identifier} {version or ''}")
            return Release(kind, identifier, found, **({"integrity": HASH} | versions[found]))

        return ask

    def versions(kind):
        return lambda identifier: tuple(known.get((kind, identifier), {}))

    kinds = {kind: Upstream(release(kind), versions(kind), lambda found, folder: None) for kind in ("npm", "pypi")}
    monkeypatch.setattr(newer, "UPSTREAMS", kinds)

    def add(kind="npm", identifier="@example/weather", /, *names, **changes):
        known[kind, identifier] = {name: changes if not at else {} for at, name in enumerate(names)}

    return add


@pytest.fixture
def look(document):
    def asked(lists=None, **changes):
        entry = Entry.model_validate(document(**({"update": {"from": "npm"}} | changes)))
        return newer_version(entry, lists or Lists())

    return asked


def package(kind="npm", **changes):
    usual = {"registryType": kind, "identifier": "@example/weather", "version": "1.4.0", "transport": {"type": "stdio"}}
    return usual | changes


def test_a_newer_version_is_found(look, upstream):
    upstream("npm", "@example/weather", "1.5.0", "1.4.0")
    found = look()
    assert (found.release.version, found.held) == ("1.5.0", "")
    assert list(found.parts) == [("packages", 0)]


def test_the_same_version_is_none(look, upstream):
    upstream("npm", "@example/weather", "1.4.0", "1.3.0")
    assert look() is None


def test_what_upstream_calls_the_latest_and_is_older_is_none(look, upstream, monkeypatch):
    upstream("npm", "@example/weather", "1.3.0", "1.4.0")
    known = newer.UPSTREAMS["npm"]
    ordered = Upstream(known.release, lambda identifier: ("1.4.0", "1.3.0"), known.unpack)
    monkeypatch.setattr(newer, "UPSTREAMS", {"npm": ordered})
    assert look() is None


@pytest.mark.parametrize("update", [{"from": "none"}, {"from": "oci"}, {"from": "pypi"}, ...])
def test_an_entry_that_follows_nobody_is_not_looked_up(look, upstream, update):
    assert look(update=update) is None


def test_a_package_that_is_gone_is_said_to_be(look, upstream):
    with pytest.raises(HubError, match="weather: there is no @example/weather"):
        look()


def test_what_upstream_took_back_is_held(look, upstream):
    upstream("npm", "@example/weather", "1.5.0", "1.4.0", withdrawn="hacked")
    assert look().held == "upstream withdrew it: hacked"


def test_what_the_registry_yanked_is_held(look, upstream):
    upstream("npm", "@example/weather", "1.5.0", "1.4.0")
    yanked = {"id": "weather", "version": "1.5.0", "reason": "Broken.", "date": "2026-11-21"}
    assert look(Lists.model_validate({"yanked": [yanked]})).held == "it is yanked in lists.yaml: Broken."


def test_an_entry_with_versions_of_its_own_is_held(look, upstream):
    upstream("npm", "@example/weather", "1.5.0", "1.4.0")
    assert "is not that of its package" in look(version="7.0").held


def test_a_hash_is_not_given_up(look, upstream):
    upstream("npm", "@example/weather", "1.5.0", "1.4.0", integrity=None)
    assert look(packages=[package()]).held == ""
    assert "no one file" in look(packages=[package(integrity=HASH)]).held


def test_an_alternative_in_the_same_version_follows_and_must_exist(look, upstream):
    upstream("npm", "@example/weather", "1.5.0", "1.4.0")
    both = [package(), package("pypi", identifier="weather")]
    assert "pypi:weather does not have it" in look(packages=both).held
    upstream("pypi", "weather", "1.5.0", "1.4.0")
    assert list(look(packages=both).parts) == [("packages", 0), ("packages", 1)]


def test_an_alternative_in_another_version_stays(look, upstream):
    upstream("npm", "@example/weather", "1.5.0", "1.4.0")
    both = [package(), package("pypi", identifier="weather", version="0.9")]
    assert list(look(packages=both).parts) == [("packages", 0)]
