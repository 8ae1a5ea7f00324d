"""What is said of how a server is shut in is what is done."""

from dataclasses import replace

import pytest

from hub_launch.catalog.entry import Permissions
from hub_launch.cli import shutting
from hub_launch.cli.shutting import Preparing, tier_in_words, tier_of
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.sandbox import NONE, Tier
from hub_launch.install import NotInstallable, cache
from hub_launch.install.cache import Installer
from hub_launch.plan import HttpLaunch, StdioLaunch, plan

WRAPPED = Tier("bwrap", lambda: "", lambda launch, grants: replace(launch, argv=("/bwrap", *launch.argv)))


@pytest.fixture
def sandboxed(monkeypatch, settings):
    """Settings of a machine with bubblewrap, for an auto or a given mode."""
    monkeypatch.setattr(shutting, "choose", lambda mode="auto": NONE if mode == "off" else WRAPPED)
    return lambda mode="auto": replace(settings, sandbox=mode)


@pytest.fixture
def package(monkeypatch, entry, npm, context):
    """The launch of a package that must be built."""

    def fail(*_):
        raise NotInstallable("demo@1.2.3 must be built from source")

    monkeypatch.setattr(cache, "INSTALLERS", {"npm": Installer(lambda packaged: "", fail)})
    return plan(entry(packages=[npm(identifier="demo")]), {}, context())


async def test_a_package_that_must_be_built_does_not_get_out_of_the_sandbox_by_that(sandboxed, package):
    with pytest.raises(HubError, match="demo cannot be shut in, as you agreed to") as caught:
        await Preparing(sandboxed()).prepare(package, lambda _: None)
    assert caught.value.code == ExitCode.CONSENT
    assert "--sandbox off" in caught.value.hint


async def test_where_none_was_agreed_to_its_runner_starts_it(sandboxed, package):
    ready = await Preparing(sandboxed("off")).prepare(package, lambda _: None)
    assert (ready.argv, ready.tier) == (package.argv, "none")


def launch(**rest):
    return StdioLaunch("time", "Time", "npm", ("/x",), **rest)


@pytest.mark.parametrize(
    ("one", "tier", "words"),
    [
        (launch(), "bwrap", "bubblewrap holds it to that, and to its own program and folders"),
        (launch(permissions=Permissions(network=["a.example"])), "bwrap", "so it reaches any"),
        (launch(own=True), "none", "none: the command is your own,\n               so it can open every file of yours"),
        (launch(permissions=Permissions(network="any", filesystem="any")), "none", "none: it asks for all files and"),
        (launch(contained=True), "container", "its container holds it to that"),
        (HttpLaunch("far", "Far", "remote", "sse", "https://a.example"), "", ""),
    ],
)
def test_how_it_is_shut_in_is_said_as_it_is(sandboxed, one, tier, words):
    assert tier_of(one, sandboxed()) == tier
    assert words in tier_in_words(one, sandboxed())
    if tier == "bwrap":
        assert tier_in_words(one, sandboxed("off")).startswith("none: it is switched off,")
