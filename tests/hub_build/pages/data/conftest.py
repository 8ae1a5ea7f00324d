import pytest

from hub_build.pages.data import facts
from hub_build.pages.draw import drawn


@pytest.fixture
def rows(compiled):
    """What every server of the registry on the disk adds to the pages of data."""
    return lambda: [facts.row(server) for server in compiled().servers]


@pytest.fixture
def views(compiled, rows):
    """The views of one kind of page, by the addresses of their files."""

    def made(kind):
        return {view.path + view.file: view for view in kind.whole(compiled(), rows())}

    return made


@pytest.fixture
def pages(views, frame):
    """The same pages as text."""
    return lambda kind: {path: drawn(view, frame)[1].decode() for path, view in views(kind).items()}
