from hub_build.checks.runner_flags import ALLOWED
from hub_launch.plan.oci import RUNTIME_FLAGS


def test_what_may_be_said_of_a_container_is_what_the_launcher_takes():
    assert ALLOWED["oci"] == RUNTIME_FLAGS
