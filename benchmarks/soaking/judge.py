"""Whether what came back is what a caller may get: its own answer, or one error that helps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from hubs.clients import Exchange, Message
from msgspec import UNSET, Raw

# What a server may tell everybody in between.
_FOR_ALL = re.compile(r"notifications/(\w+/list_changed|message)")
# A hint is in parentheses, or after the sentence that says what is wrong.
_HINT = re.compile(r"\(.{8,}\)|; .{8,}", re.DOTALL)
SHOWN = 400


class Fault(Exception):
    """The hub did what it must not do; its text says what."""


class _Text(msgspec.Struct):
    text: str = ""


class _Result(msgspec.Struct):
    content: list[_Text] = []
    isError: bool = False  # noqa: N815 (the protocol's)


class _Error(msgspec.Struct):
    message: str


class _Problem(msgspec.Struct):
    detail: str


class _Progress(msgspec.Struct):
    progressToken: str | int  # noqa: N815 (the protocol's)
    progress: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a call came to."""

    text: str | None = None
    """What the tool returned."""
    error: str | None = None
    """What went wrong, as the caller was told."""
    progress: int = 0
    """Notifications of progress."""


def judge(exchange: Exchange, token: str | None = None) -> Verdict:
    """What came back for one call. Raises Fault unless that is exactly one answer, or one error.

    token: under which the call wanted progress told.
    """
    if exchange.response.status >= 400:
        return Verdict(error=_problem(exchange))
    messages = exchange.messages()
    answers = [one for one in messages if one.answers(exchange.number)]
    if len(answers) != 1:
        raise Fault(f"{len(answers)} answers to one call: {_shown(exchange)}")
    told = [_progress(one, token) for one in messages if one is not answers[0] and not _is_for_all(one)]
    if told != sorted(told) or (told and messages[-1] is not answers[0]):
        raise Fault(f"progress out of order: {_shown(exchange)}")
    answer = answers[0]
    if isinstance(answer.error, Raw):
        return Verdict(error=msgspec.json.decode(answer.error, type=_Error).message, progress=len(told))
    result = msgspec.json.decode(answer.result or b"{}", type=_Result)
    text = "".join(one.text for one in result.content)
    return Verdict(error=text, progress=len(told)) if result.isError else Verdict(text=text, progress=len(told))


def judge_cancelled(exchange: Exchange, text: str) -> None:
    """Raise Fault unless a call that was given up got nothing, an error, or, in time, its own answer."""
    if exchange.response.status < 400 and exchange.answers():
        verdict = judge(exchange)
        if verdict.error is None and verdict.text != text:
            raise Fault(f"a cancelled call got another's answer: {_shown(exchange)}")


def require_clear(error: str, *names: str) -> None:
    """Raise Fault unless the error names what was asked for, why that failed, and what to do."""
    if "unknown tool" in error.lower():
        raise Fault(f"a bare 'Unknown tool': {error[:SHOWN]}")
    for name in names:
        if f"'{name}'" not in error:
            raise Fault(f"the error does not name '{name}': {error[:SHOWN]}")
    if not _HINT.search(error):
        raise Fault(f"the error does not say what to do: {error[:SHOWN]}")


def _progress(message: Message, token: str | None) -> float:
    if message.method == "notifications/progress" and isinstance(message.params, Raw):
        told = msgspec.json.decode(message.params, type=_Progress)
        if told.progressToken == token:
            return told.progress
    raise Fault(f"a message that is another's: {message}")


def _is_for_all(message: Message) -> bool:
    return message.method is not UNSET and bool(_FOR_ALL.fullmatch(message.method))


def _problem(exchange: Exchange) -> str:
    try:
        return msgspec.json.decode(exchange.response.body, type=_Problem).detail
    except msgspec.MsgspecError:
        raise Fault(f"neither an answer nor a problem: {_shown(exchange)}") from None


def _shown(exchange: Exchange) -> str:
    body: Sequence[int] = exchange.response.body
    return f"{exchange.response.status} {bytes(body[:SHOWN])!r} (of {len(body)} bytes)"
