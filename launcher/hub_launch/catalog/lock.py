"""`hub.lock`: what a user has agreed to start, so that anything else is asked about again."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from hub_launch.catalog.base import Date, Id, Model, Sha256, Version
from hub_launch.catalog.entry import Permissions

Text = Annotated[str, Field(max_length=65_536)]
"""A word of a command; as long as operating systems let it be, about."""


MAX_SETS = 32
"""Sets of capabilities for which one server's tools are pinned: a person's clients have a handful."""

MAX_VALUES = 256
"""Variables of one server; environments of whole systems have a hundred."""

CapabilityNames = Annotated[str, Field(max_length=256, pattern=r"^[a-z.]+(,[a-z.]+)*$")]
"""What a client said that it can, as hub_launch.run.abilities names it: `elicitation,roots,sampling`."""


class Approval(Model):
    """That the user of one machine has agreed to a pin."""

    date: Date
    """The day."""
    mac: Sha256
    """HMAC-SHA256 of the pin under a key that only this user has: a lock that comes with a stranger's project cannot
    bring the approval with it."""
    tier: Text = ""
    """How the server was to be shut in; empty for one that runs elsewhere."""
    values: Annotated[Mapping[Text, Sha256], Field(max_length=MAX_VALUES)] | None = None
    """By what it is, the HMAC of each value that was agreed to and is not for a file: those of variables that are no
    secrets, and a command of the user's own with whatever it holds."""


class Way(Model):
    """One way to start a server. Secret values are in none of it."""

    kind: Text
    """How it is started: `npm`, `pypi`, `oci`, `streamable-http`, ..."""
    identifier: Text = ""
    """The package, or the remote's address."""
    integrity: Text = ""
    """Hash of the package, image or bundle, as the entry gives it."""
    command: tuple[Text, ...] = ()
    """The exact words; the program as an absolute path."""
    folder: Text = ""
    """Where a command of the user's own is started: `server.js` is another program in another folder."""
    environment: tuple[Text, ...] = ()
    """Names of the variables, or headers, that it is given."""


class Pin(Model):
    """One server as it was when it was agreed to."""

    title: Text
    """What people call it."""
    registry: Text = ""
    """The registry it was found in; empty for one of an editor's file."""
    version: Version | None = None
    """Of the entry."""
    sha256: Sha256 | None = None
    """Of the entry's document."""
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]
    """How it is started; those after the first when one before fails."""
    permissions: Permissions = Permissions()
    """What it may do."""
    tools_sha256: Sha256 | None = None
    """Hash of its canonical tool definitions (catalog.recorded.tools_digest); absent until it was started once."""
    tools_sha256_with: Annotated[Mapping[CapabilityNames, Sha256], Field(max_length=MAX_SETS)] | None = None
    """The same of those that it shows to a client alone, by what that client can; absent until there was one."""
    approval: Approval | None = None
    """Absent where nobody has agreed yet."""


class Lock(Model):
    """The file."""

    model_config = ConfigDict(title="MCP hub lock")

    lock_version: Literal[1] = 1
    """Of this form."""
    servers: Mapping[Id, Pin] = {}
    """By id."""
