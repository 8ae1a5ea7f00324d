"""The local services that a smoke test can start for a server, and what an entry can say of each."""

import re
from collections.abc import Mapping
from typing import Literal

ServiceName = Literal["browser", "git", "pdf", "postgres", "redis", "sqlite", "web"]

SERVICE_VALUES: Mapping[ServiceName, tuple[str, ...]] = {
    "browser": ("executable",),
    "git": ("folder",),
    "pdf": ("file",),
    "postgres": ("url", "host", "port", "user", "password", "database"),
    "redis": ("url", "host", "port", "password"),
    "sqlite": ("file",),
    "web": ("url",),
}
"""Name of a service -> the values that it has, each written as `${services.<name>.<value>}`."""

PLACEHOLDER = re.compile(r"\$\{services\.([^.}]*)\.([^}]*)\}")
"""Such a value in a text; the groups are the service and the value."""
