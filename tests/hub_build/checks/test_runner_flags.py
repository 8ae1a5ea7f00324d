import pytest

from hub_build.checks.environment import FORBIDDEN
from hub_build.checks.runner_flags import ALLOWED
from hub_launch.plan.engine import steers_engine
from hub_launch.plan.oci import RUNTIME_FLAGS


def test_what_may_be_said_of_a_container_is_what_the_launcher_takes():
    assert ALLOWED["oci"] == RUNTIME_FLAGS


@pytest.mark.parametrize(
    "name", ["CONTAINER_HOST", "STORAGE_DRIVER", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", "GODEBUG"]
)
def test_what_the_launcher_refuses_is_refused_in_the_registry(name):
    assert steers_engine(name)
    assert FORBIDDEN[name]
