"""Why a server failed, in words for the person who started it."""

import signal
from collections.abc import Iterator
from pathlib import Path

from hub_launch.errors import HubError, PassingError
from hub_launch.plan import HttpLaunch
from hub_launch.run.backend import START_SECONDS, Backend
from hub_launch.run.link import LinkGone, ProtocolError, Unreadable
from hub_launch.run.spawning import Spawned
from hub_launch.text import printable, redact, shortened, telling_line


def explain(error: Exception, backend: Backend, log: Path, seconds: int | None = None) -> tuple[str, str]:
    """The reason and a hint for a start that ended with `error`. Safe to print, without secrets.

    seconds: how long was waited; START_SECONDS when absent.
    """
    cause = next((one for one in _causes(error) if isinstance(one, HubError)), None)
    if cause:
        # It may repeat what the server said.
        return redact(cause.message, backend.launch.secrets), cause.hint
    wrong = next((one for one in _causes(error) if isinstance(one, ProtocolError | Unreadable)), None)
    if wrong:
        text = f"it sent an answer that {wrong}" if isinstance(wrong, Unreadable) else str(wrong)
        return redact(text, backend.launch.secrets), _look(backend, log)
    child = backend.child
    if child and child.exit_code is not None:
        return explain_exit(child), f"see {log}"
    gone = next((one for one in _causes(error) if isinstance(one, LinkGone)), None)
    if gone:
        return redact(gone.reason, backend.launch.secrets), gone.hint or f"see {log}"
    if any(isinstance(one, TimeoutError) for one in _causes(error)):
        said = telling_line(child.last_words()) if child else ""
        reason = f"did not answer within {seconds or START_SECONDS} s" + (f"; it said: {said}" if said else "")
        return reason, f"see {log}" if child else "is the address right, and the network up?"
    reason = shortened(printable(redact(str(_root(error)) or type(error).__name__, backend.launch.secrets)))
    if isinstance(backend.launch, HttpLaunch):
        return f"cannot be reached: {reason}", "is the address right, and the network up?"
    return reason, f"see {log}"


def _look(backend: Backend, log: Path) -> str:
    return "is that the address of an MCP server?" if isinstance(backend.launch, HttpLaunch) else f"see {log}"


def is_passing(error: Exception) -> bool:
    """Whether a later try may go better: not where the program is missing, or the user has to sign in, say."""
    return not any(map(_is_final, _causes(error)))


def _is_final(error: BaseException) -> bool:
    if isinstance(error, LinkGone):
        return error.needs_sign_in
    return isinstance(error, HubError) and not isinstance(error, PassingError)


def explain_exit(child: Spawned) -> str:
    """How a child ended, with what it said last."""
    if child.ended_because:
        return f"was ended: {child.ended_because}"
    code = child.exit_code or 0
    how = f"exited with code {code}" if code >= 0 else f"was ended by {_signal_name(-code)}"
    said = telling_line(child.last_words())
    return f"{how}: {said}" if said else f"{how} and said nothing"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and what groups of it hold; cancellations say nothing and are left out."""
    seen: set[int] = set()
    todo = [error]
    while todo:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Exception):
            yield one
        todo += [cause for cause in (one.__cause__, one.__context__) if cause]
        if isinstance(one, BaseExceptionGroup):
            todo += one.exceptions


def _root(error: Exception) -> BaseException:
    """The innermost cause that says something."""
    saying = [one for one in _causes(error) if str(one) and not isinstance(one, BaseExceptionGroup)]
    return saying[-1] if saying else error


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
