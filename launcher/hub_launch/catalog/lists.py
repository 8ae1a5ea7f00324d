"""What maintainers say about servers besides their entries: other names, and versions or servers not to start."""

from typing import Annotated

from pydantic import ConfigDict, Field

from hub_launch.catalog.base import Date, HttpsUrl, Id, Model, Version

Reason = Annotated[str, Field(min_length=1, max_length=500)]
"""Shown to whoever wants to start the server; the official API's limit of a status message."""


class Yanked(Model):
    """A version that should not be started anew; who has it is warned."""

    id: Id
    """The server."""
    version: Version
    """The version."""
    reason: Reason
    """Why, for people."""
    date: Date
    """Since when, quoted."""


class Withdrawn(Model):
    """A server that nobody should start any more, not even who has it."""

    id: Id
    """The server."""
    reason: Reason
    """Why, for people."""
    date: Date
    """Since when, quoted."""
    advisory: HttpsUrl | None = None
    """Where to read more."""


class Lists(Model):
    """The registry's lists, as `registry/lists.yaml` has them and the index carries them."""

    model_config = ConfigDict(title="MCP hub registry lists")

    aliases: dict[Id, Id] = Field(default_factory=dict)
    """Other names for servers that people may type: alias to id."""
    renamed: dict[Id, Id] = Field(default_factory=dict)
    """Servers that have another id now: old id to new one."""
    yanked: tuple[Yanked, ...] = ()
    """Versions that should not be started anew."""
    withdrawn: tuple[Withdrawn, ...] = ()
    """Servers that nobody should start any more."""

    def current_id(self, name: str) -> str:
        """The id that `name` means: a new id for an old one, a server for its alias, `name` itself otherwise."""
        return self.renamed.get(name) or self.aliases.get(name) or name

    def withdrawal(self, server: str) -> Withdrawn | None:
        """Why and since when the server is withdrawn, if it is."""
        return next((one for one in self.withdrawn if one.id == server), None)

    def yanking(self, server: str, version: str) -> Yanked | None:
        """Why and since when that version is yanked, if it is."""
        return next((one for one in self.yanked if (one.id, one.version) == (server, version)), None)
