"""Whatever goes wrong with a request of a refresh, whichever it is: what was known stays, and the next one is well."""

import shutil

import pytest
from tests.faults.network import Fault, Host, serving

from hub_launch.errors import HubError
from hub_launch.index.cache import Cache
from hub_launch.index.fetch import WebHost
from hub_launch.index.kept import SignedSource, UnsignedSource
from hub_launch.index.registry import Registry

# Only who waits for nothing is to wait for less.
SECONDS, SECONDS_OF_STALLS = 20, 1
MAX_REQUESTS = 20
OLD, NEW = ["time"], ["git", "time"]


@pytest.fixture
def states(publisher, entry):
    """What a host serves, before and after a release."""
    before = dict(publisher.publish([entry("time")]))
    return before, dict(publisher.publish([entry("time"), entry("git")]))


@pytest.fixture
def host():
    files = {}
    running = Host(serving(files))
    running.files = files
    yield running
    running.close()


@pytest.fixture(params=["signed", "unsigned"])
def opened(request, host, publisher, tmp_path):
    """Opens the registry, as a start of a launcher with that cache does; returns its servers, and what is said."""

    def run(cache, fault=""):
        seconds = SECONDS_OF_STALLS if "nothing more" in fault else SECONDS
        web, folder = WebHost(host.url, seconds=seconds), tmp_path / str(cache)
        if request.param == "signed":
            source = SignedSource(host.url, lambda: web, Cache(folder, host.url, publisher.root), publisher.root)
        else:
            source = UnsignedSource(host.url, lambda: web, Cache(folder, host.url))
        registry = Registry(source)
        return [row.id for row in registry.index.servers], registry.notices

    return run


@pytest.mark.parametrize("fault", Fault)
def test_who_knew_the_registry_goes_on_with_the_copy(fault, host, states, opened, tmp_path):
    host.files |= states[0]
    assert opened("known")[0] == OLD
    host.files |= states[1]
    for number in range(1, MAX_REQUESTS):
        shutil.copytree(tmp_path / "known", tmp_path / str(number))
        host.disturb(number, fault)
        found, notices = opened(number, fault)
        if host.asked < number:
            break
        # Of an answer that says "not here" the rest does not matter.
        assert (found, len(notices)) in ((OLD, 1), (NEW, 0))
    assert number > 1
    host.behave()
    assert opened(1) == (NEW, ())


@pytest.mark.parametrize("fault", [Fault.RESETS, Fault.STALLS_IN_BODY, Fault.IS_AWAY])
def test_who_knew_nothing_is_told_why(fault, host, states, opened):
    host.files |= states[0]
    refused = 0
    for number in range(1, MAX_REQUESTS):
        host.disturb(number, fault)
        try:
            assert opened(number, fault)[0] == OLD
        except HubError as error:
            refused += host.url in error.message and bool(error.hint)
        if host.asked < number:
            break
    assert refused > 0
    host.behave()
    assert opened(1) == (OLD, ())
