"""The suite's own workers: what shares something dear is run by one of them."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there are no workers")
@pytest.mark.xdist_group("groups")
def test_groups_are_kept_together(request):
    # What `--dist loadgroup` sorts by; pytest 9.2 silently has it no more.
    assert request.node.nodeid.endswith("@groups")
