"""The words for ways to start a server."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

Kind = Literal["npm", "pypi", "oci", "mcpb", "nuget", "remote", "openapi", "module"]
"""What the launcher starts by itself."""

KINDS: tuple[Kind, ...] = get_args(Kind)


def _new(kind: str) -> str:
    if kind in KINDS:
        raise ValueError("is a kind that the launcher itself knows; it has a place of its own in the entry")
    return kind


_Word = Annotated[str, Field(max_length=32, pattern=r"^[a-z][a-z0-9-]*[a-z0-9]$")]

ExtensionKind = Annotated[_Word, AfterValidator(_new)]
"""A kind of server that the launcher itself does not know; a plug-in of that name starts it."""

AnyKind = Kind | _Word
"""In what is published: of a kind that is younger than the launcher, too."""
