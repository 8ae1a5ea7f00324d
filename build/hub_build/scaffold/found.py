"""What was found out about the inputs of a server, before it becomes part of an entry."""

from dataclasses import dataclass, replace
from enum import Enum


class Need(Enum):
    """Whether a server does without a value."""

    UNKNOWN = ""
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable or a flag that somebody wrote about. `source` says who, for a remark.

    name: `API_KEY` or `--read-only`. takes_value: False for a flag that stands alone, None where nobody says.
    example: a value that was shown, never a credential. configured: a client's configuration in the README sets it.
    """

    name: str
    source: str
    description: str = ""
    need: Need = Need.UNKNOWN
    takes_value: bool | None = None
    example: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()
    configured: bool = False

    def merged(self, other: "Setting") -> "Setting":
        """This, with what only `other` knows."""
        return replace(
            self,
            description=self.description or other.description,
            need=self.need if self.need is not Need.UNKNOWN else other.need,
            takes_value=self.takes_value if self.takes_value is not None else other.takes_value,
            example=self.example or other.example,
            default=self.default or other.default,
            choices=self.choices or other.choices,
            configured=self.configured or other.configured,
        )


def merged(settings: "list[Setting]") -> "list[Setting]":
    """Each setting once, in the order of their first mention, with what all mentions say."""
    found: dict[str, Setting] = {}
    for one in settings:
        found[one.name] = found[one.name].merged(one) if one.name in found else one
    return list(found.values())
