"""Addresses of the published site, and the days of its documents as the formats want them."""

from hub_build.compile import Compiled


def address(compiled: Compiled, path: str) -> str:
    """The address of the file at `path`: absolute where the site's own is known, relative to its root otherwise."""
    return compiled.base_url + path


def document_of(compiled: Compiled, server: str) -> str:
    """Where a program that wants to know more of the server `server` (an id) is sent."""
    return address(compiled, f"v0.1/servers/{server}")


def page_of(compiled: Compiled, server: str) -> str:
    """Where a person who wants to know more of it is sent: to its page, or to its document if there are no pages."""
    return address(compiled, f"servers/{server}/") if compiled.pages else document_of(compiled, server)


def moment(day: str) -> str:
    """The day `2026-11-21` as RFC 3339 has it: days are stated by people, clocks differ between machines."""
    return f"{day}T00:00:00Z"
