import pytest

from hub_launch.judge.precedence import is_newer, precedence


@pytest.mark.parametrize(
    "versions",
    [
        ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "2026.8.31"],
        ["1.2", "latest-ish", "1.0.0"],  # no semantic version is as new as one that is
    ],
)
def test_semantic_versions_compare_as_semver_says_and_beat_others(versions):
    backwards = versions[::-1]
    assert sorted(backwards, key=lambda version: precedence(version, "2026-11-21")) == versions


def test_two_that_are_no_semantic_versions_compare_by_day():
    assert is_newer("1.0", "2026-11-21", "2.0", "2026-11-20")
    assert not is_newer("9.9", "2026-11-20", "1.0", "2026-11-20")


def test_what_semver_calls_build_metadata_decides_nothing():
    assert not is_newer("1.0.0+2", "2026-11-22", "1.0.0+1", "2026-11-21")
