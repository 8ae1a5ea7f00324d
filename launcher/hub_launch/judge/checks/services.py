"""A smoke section takes values of services alone that it has started."""

from collections.abc import Iterator

from hub_launch.catalog.services import PLACEHOLDER, SERVICE_VALUES
from hub_launch.judge.checks.parts import label
from hub_launch.judge.checks.strings import strings_of
from hub_launch.judge.findings import Finding, quoted
from hub_launch.judge.registry import Source


def check(source: Source) -> Iterator[Finding]:
    """Each `${services.x.y}` names one of `smoke.services`, and a value that it has."""
    smoke = source.loaded.document.get("smoke")
    if source.entry is None or not isinstance(smoke, dict):
        return
    started = {name: SERVICE_VALUES[name] for name in (source.entry.smoke and source.entry.smoke.services) or ()}
    known = [f"${{services.{name}.{value}}}" for name, values in started.items() for value in values]
    for at, text in strings_of(smoke):
        for found in PLACEHOLDER.finditer(text):
            if found[0] not in known:
                place = ("smoke", *at)
                message = f"{label(place)}: {quoted(found[0])} is no value of a service that is started"
                hint = f"known: {', '.join(known)}" if known else "list the service in `smoke.services`"
                yield source.loaded.finding(place, "smoke-service", message, hint)
