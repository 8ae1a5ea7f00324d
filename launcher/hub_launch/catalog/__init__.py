"""The contract between publisher, compiler and launcher: frozen models, nothing that does anything.

Imports pydantic and the standard library alone. The compiler and the launcher both read documents through these
models, so that what passes the check is what the launcher understands.
"""

from hub_launch.catalog.apiauth import Auth
from hub_launch.catalog.canonical import canonical_json, sha256_hex
from hub_launch.catalog.document import META_KEY, from_server, to_server
from hub_launch.catalog.entry import Entry
from hub_launch.catalog.index import SCHEMA_VERSION, Index, IndexRow, IndexVersion, kinds_of
from hub_launch.catalog.inputs import Argument, EnvironmentVariable, Header, Input
from hub_launch.catalog.kinds import KINDS, AnyKind
from hub_launch.catalog.lists import Lists, Withdrawn, Yanked
from hub_launch.catalog.module import Module
from hub_launch.catalog.openapi import OpenApi
from hub_launch.catalog.package import Package
from hub_launch.catalog.profiles import Profile, ProfileServer
from hub_launch.catalog.recorded import Recorded, tools_digest
from hub_launch.catalog.reserved import RESERVED_IDS
from hub_launch.catalog.transport import Remote

__all__ = [
    "KINDS",
    "META_KEY",
    "RESERVED_IDS",
    "SCHEMA_VERSION",
    "AnyKind",
    "Argument",
    "Auth",
    "Entry",
    "EnvironmentVariable",
    "Header",
    "Index",
    "IndexRow",
    "IndexVersion",
    "Input",
    "Lists",
    "Module",
    "OpenApi",
    "Package",
    "Profile",
    "ProfileServer",
    "Recorded",
    "Remote",
    "Withdrawn",
    "Yanked",
    "canonical_json",
    "from_server",
    "kinds_of",
    "sha256_hex",
    "to_server",
    "tools_digest",
]
