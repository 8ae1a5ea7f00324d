"""Names that would be read as something else: a command of the launcher, or a device of Windows."""

from collections.abc import Iterator

from hub_launch.catalog import RESERVED_IDS
from hub_launch.catalog.reserved import DEVICE_NAMES
from hub_launch.judge.findings import Finding, quoted
from hub_launch.judge.registry import Source


def check(source: Source) -> Iterator[Finding]:
    """The id is no reserved word; no part of name and version is a file that Windows cannot create."""
    id_ = source.text("id")
    if id_ in RESERVED_IDS:
        hint = f"add what it is for, such as {id_}-server"
        yield source.loaded.finding(("id",), "reserved", f"`id`: {quoted(id_)} is reserved", hint)
    for key in ("name", "version"):
        for part in source.text(key).split("/"):
            if part.partition(".")[0].lower() in DEVICE_NAMES:
                message = f"`{key}`: {quoted(part)} cannot be a file on Windows, where people copy the site to"
                yield source.loaded.finding((key,), "reserved", message, "choose another")
