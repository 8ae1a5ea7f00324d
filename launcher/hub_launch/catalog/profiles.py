"""Servers that go well together, started by one name."""

from typing import Annotated

from pydantic import ConfigDict, Field

from hub_launch.catalog.base import Id, Model


class ProfileServer(Model):
    """One server of a profile."""

    id: Id
    """The server, as the registry calls it."""
    arguments: dict[str, tuple[str, ...]] | None = None
    """Values of its parameters, where the user gives no others. Paths are relative to the user's folder."""


class Profile(Model):
    """A ready-made set of servers: for people who know what they do, and not yet what there is for it."""

    model_config = ConfigDict(title="MCP hub registry profile")

    id: Id
    """What people type: `hub-launch --profile <id>`; the file is `registry/profiles/<id>.yaml`."""
    title: Annotated[str, Field(min_length=1, max_length=100)]
    """The name people read."""
    description: Annotated[str, Field(min_length=1, max_length=100)]
    """What one can do with these servers together, in one line."""
    servers: Annotated[tuple[ProfileServer, ...], Field(min_length=1, max_length=20)]
    """The servers, in the order in which they are shown; none of them needs an account."""
