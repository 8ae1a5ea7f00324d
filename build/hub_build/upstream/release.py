"""One published version of a package, as its registry describes it now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Release:
    """What a registry says about one version of a package. All texts are a stranger's: escape before printing.

    identifier: as it was asked for; of an image with its digest. version: of an image as its labels say, or empty.
    integrity: as an entry spells it: `sha512-<base64>` for npm, `sha256-<hex>` of the wheel for PyPI, `sha256:<hex>`
    for an image. None where no one file serves every machine (wheels for some platforms only, no wheel at all).
    integrities: of every file of the version that the client named; `integrity` is one of them.
    published: when it was uploaded, with a time zone; None where the index does not say.
    withdrawn: why upstream withdrew it: npm's deprecation message, PyPI's reason for yanking; None if it stands.
    server_name: the name in the official registry that the package claims: `mcpName` in package.json, or the token
    `mcp-name: <name>` in the README on PyPI. Proves that who publishes the package wants that name.
    license: as the package spells it, which may be no SPDX expression.
    repository: https address of the source code; directory: the package's folder in it.
    readme: Markdown, as far as the registry has it beside the package (npm: often not; `Upstream.unpack` then).
    executables: commands that the package installs.
    requires: the runtime that it needs, such as `node >=18` or `python >=3.10`.
    """

    registry_type: str
    identifier: str
    version: str
    integrity: str | None = None
    integrities: tuple[str, ...] = ()
    published: datetime | None = None
    withdrawn: str | None = None
    server_name: str | None = None
    license: str | None = None
    description: str | None = None
    repository: str | None = None
    directory: str | None = None
    homepage: str | None = None
    author: str | None = None
    readme: str | None = None
    keywords: tuple[str, ...] = ()
    executables: tuple[str, ...] = ()
    requires: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """The registry answered, and has no such package or version. `reason` is one sentence, safe to print."""

    reason: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """How to ask one kind of registry. Every function raises HubError, with a hint, where no answer can be had.

    release: identifier, and a version or None for the newest that runs here -> what the registry says.
    versions: identifier -> every published version, the newest first; empty if there is no such package.
    unpack: a release and an empty folder -> the package's files below it. Runs none of the package's code.
    """

    release: Callable[[str, str | None], Release | Missing]
    versions: Callable[[str], tuple[str, ...]]
    unpack: Callable[[Release, Path], None]
