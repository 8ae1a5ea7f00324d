"""How a request that was passed on ended."""

from dataclasses import dataclass
from enum import Enum, auto

from msgspec import UNSET, Raw

from hub_launch.run.link import INTERNAL_ERROR, INVALID_PARAMS
from hub_launch.run.messages import Message, fields_of, raw


class Outcome(Enum):
    """How a call ended."""

    DONE = auto()
    TOOL_ERROR = auto()
    """The tool ran and says itself that it failed."""
    REFUSED = auto()
    """The server answered with an error of JSON-RPC's."""
    UNKNOWN = auto()
    """There is no such server or tool."""
    DOWN = auto()
    """The server is not up, or ended before it answered."""
    LATE = auto()
    """No answer came in time."""
    BROKEN = auto()
    """What came is no answer that could be passed on."""


FAILURES = frozenset({Outcome.DOWN, Outcome.LATE, Outcome.BROKEN})
"""What the server is to blame for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client is answered: a result, or an error object."""

    result: Raw | None = None
    error: Raw | None = None
    outcome: Outcome = Outcome.DONE


def outcome_of(message: Message) -> Outcome:
    """How a call ended that a server answered with that."""
    if message.error is not UNSET:
        return Outcome.REFUSED
    fields = (fields_of(message.result) if message.result is not UNSET else None) or {}
    return Outcome.TOOL_ERROR if bytes(fields.get("isError", b"")) == b"true" else Outcome.DONE


class Refused(Exception):
    """A request that no server answers. The text says why, for people; the code, for programs."""

    def __init__(self, text: str, outcome: Outcome, code: int | None = None) -> None:
        super().__init__(text)
        self.outcome = outcome
        self.code = code or (INVALID_PARAMS if outcome is Outcome.UNKNOWN else INTERNAL_ERROR)

    def answer(self, method: str, *, modern: bool) -> Answer:
        """The answer to such a request: of tools, models read results and no errors."""
        if method != "tools/call":
            return Answer(error=raw({"code": self.code, "message": str(self)}), outcome=self.outcome)
        result = {"content": [{"type": "text", "text": str(self)}], "isError": True}
        return Answer(raw(result | {"resultType": "complete"} if modern else result), outcome=self.outcome)
