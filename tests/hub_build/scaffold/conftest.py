import pytest

from hub_build.scaffold import NOT_TRIED, Request


@pytest.fixture
def request_():
    """Circumstances in which nothing is started."""

    def make(**changes):
        return Request(**{"today": "2026-11-21", "trial": lambda _draft: NOT_TRIED, **changes})

    return make
