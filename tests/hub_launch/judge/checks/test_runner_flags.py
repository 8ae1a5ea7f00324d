import pytest

from hub_launch.judge.checks.environment import FORBIDDEN
from hub_launch.plan.engine import steers_engine


@pytest.mark.parametrize(
    "name", ["CONTAINER_HOST", "STORAGE_DRIVER", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", "GODEBUG"]
)
def test_what_the_launcher_refuses_is_refused_in_the_registry(name):
    assert steers_engine(name)
    assert FORBIDDEN[name]
