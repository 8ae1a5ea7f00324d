import pytest

from hub_build.compile import compile_registry
from hub_build.pages.draw import Site, make_frame
from hub_build.pages.prose import SHELL, build_prose
from hub_build.pages.shell import Shell
from hub_build.pages.source import find_source
from hub_launch.judge.registry import read_registry


@pytest.fixture(scope="session")
def prose(tmp_path_factory):
    """What mkdocs makes of the project's own prose: once for all tests, since it takes two seconds."""
    return build_prose(find_source(), tmp_path_factory.mktemp("prose"))


@pytest.fixture(scope="session")
def frame(prose):
    return make_frame(
        Shell(prose[SHELL]),
        find_source().templates,
        Site("Our servers", "https://example.com/", "https://example.com/edit/"),
    )


@pytest.fixture
def compiled(registry):
    """The registry as it is on the disk now."""
    return lambda: compile_registry(read_registry(registry.folder))
