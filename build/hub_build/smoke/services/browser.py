"""A Chromium of the machine's: servers that drive a browser start it themselves, in their sandbox."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hub_build.smoke.services.service import MissingServiceError
from hub_launch.programs import find_program

# As Debian, other distributions and Google's own packages call it.
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@contextmanager
def start(folder: Path) -> Iterator[Mapping[str, str]]:
    """See `service.Start`."""
    del folder
    found = next(filter(None, map(find_program, _NAMES)), None)
    if found is None:
        raise MissingServiceError("no Chromium is installed", "on Debian: apt-get install chromium")
    yield {"executable": found}
