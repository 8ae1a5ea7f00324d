"""The services by name."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hub_build.smoke.services import browser, git, pdf, postgres, redis, sqlite, web
from hub_build.smoke.services.service import Start
from hub_launch.catalog.services import ServiceName

SERVICES: Mapping[ServiceName, Start] = {
    "browser": browser.start,
    "git": git.start,
    "pdf": pdf.start,
    "postgres": postgres.start,
    "redis": redis.start,
    "sqlite": sqlite.start,
    "web": web.start,
}
"""Name -> how it is started. What values each has is `SERVICE_VALUES`."""


@contextmanager
def serving(names: Iterable[ServiceName], folder: Path) -> Iterator[dict[str, str]]:
    """The services, for the server that works in `folder`: `postgres.url` -> its value, and so on.

    Raises MissingServiceError.
    """
    with ExitStack() as stack:
        values: dict[str, str] = {}
        for name in dict.fromkeys(names):
            started = stack.enter_context(SERVICES[name](folder))
            values |= {f"{name}.{key}": value for key, value in started.items()}
        yield values
