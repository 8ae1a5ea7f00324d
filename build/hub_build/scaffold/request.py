"""What a scaffold is told besides the source: the day, who asks, and what the registry has already."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hub_build.scaffold.draft import Draft
from hub_build.scaffold.trial import Trial


@dataclass(frozen=True, slots=True)
class Request:
    """Circumstances of one scaffold.

    today: the day as entries write it. login: the forge login of who asks, empty if unknown. ids: taken ones.
    registry: the folder, None where there is none. trial: starts a draft and says what it offers.
    """

    today: str
    trial: Callable[[Draft], Trial]
    login: str = ""
    ids: frozenset[str] = field(default_factory=frozenset)
    registry: Path | None = None
