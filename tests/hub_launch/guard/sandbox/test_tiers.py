from dataclasses import replace

import pytest

from hub_launch.errors import HubError
from hub_launch.guard.sandbox import TIERS, Tier, choose, shut_in, tier_of, tiers
from hub_launch.plan import StdioLaunch


@pytest.fixture
def without(monkeypatch):
    """A machine on which no sandbox works."""
    lacking = [replace(tier, missing=lambda: "not here") if tier.name != "none" else tier for tier in TIERS]
    monkeypatch.setattr(tiers, "TIERS", tuple(lacking))


def test_the_strongest_that_works_is_chosen():
    assert choose() is next(tier for tier in TIERS if not tier.missing())


def test_without_any_it_is_none_unless_one_is_required(without):
    assert choose().name == "none"
    with pytest.raises(HubError, match="No sandbox works on this machine: bwrap: not here") as caught:
        choose("require")
    assert "bubblewrap" in caught.value.hint


def test_off_is_none():
    assert choose("off").name == "none"


def test_tier_none_leaves_a_launch_as_it_is_and_makes_no_folders(tmp_path):
    launch = StdioLaunch("x", "X", "npm", ("/x",), cwd=str(tmp_path / "work"))
    assert shut_in(launch, choose("off"), tmp_path / "home") is launch
    assert list(tmp_path.iterdir()) == []


def test_no_sandbox_is_put_around_what_shuts_in_by_itself(tmp_path):
    tier = Tier("bwrap", lambda: "", lambda launch, grants: pytest.fail("it is shut in already"))
    launch = StdioLaunch("x", "X", "oci", ("/docker",), cwd=str(tmp_path / "work"), contained=True)
    assert shut_in(launch, tier, tmp_path / "home") is launch
    assert tier_of(launch, tier).name == "container"
    assert tier_of(replace(launch, contained=False), tier) is tier


def test_a_named_path_that_is_not_there_is_said_by_name(tmp_path):
    from hub_launch.catalog.entry import Permissions

    launch = StdioLaunch(
        *("notes", "Notes", "npm", ("/x",)),
        cwd=str(tmp_path / "work"),
        paths=(str(tmp_path / "new.db"),),
        permissions=Permissions(filesystem="arguments"),
    )
    with pytest.raises(HubError, match=r"notes: .*new\.db does not exist"):
        shut_in(launch, TIERS[0], tmp_path / "home")


def test_own_folders_are_nobody_elses_business(tmp_path):
    launch = StdioLaunch("x", "X", "npm", ("/x",), cwd=str(tmp_path / "work"))
    shut_in(launch, TIERS[0], tmp_path / "home")
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
    assert (tmp_path / "work").stat().st_mode & 0o077 == 0
