"""The suite's own workers: what shares something dear is run by one of them, and they say little to each other."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there are no workers")
@pytest.mark.xdist_group("groups")
def test_groups_are_kept_together(request):
    # What `--dist loadgroup` sorts by; pytest 9.2 silently has it no more.
    assert request.node.nodeid.endswith("@groups")


# Of files with long paths, and of several values.
MAX_NAME = 600


def test_names_of_tests_are_short(request):
    # Every worker sends all of them.
    assert [one.nodeid[:200] for one in request.session.items if len(one.nodeid) > MAX_NAME] == []
