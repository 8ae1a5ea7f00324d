"""The compiled `server` object is an official one: no key of ours is left over, and nothing is lost on the way."""

from collections.abc import Iterator

from pydantic import ValidationError

from hub_launch.catalog import from_server
from hub_launch.judge.findings import Finding
from hub_launch.judge.official import OfficialServer
from hub_launch.judge.registry import Source


def check(source: Source) -> Iterator[Finding]:
    """What the entry compiles to keeps the official vocabulary, and gives the entry back."""
    entry, server = source.entry, source.server
    if entry is None or server is None:
        return
    try:
        OfficialServer.model_validate(server, by_alias=True, by_name=False)
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            message = f"the official `server` object does not allow this: {error['msg']}"
            yield source.loaded.finding(error["loc"], "official", message, "please report this: the checks missed it")
        return
    if from_server(server) != entry:
        yield source.loaded.finding((), "official", "the entry is not the same after compiling", "please report this")
