"""Why a server failed, in words for the person who started it."""

import signal
from collections.abc import Iterator
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.plan import HttpLaunch
from hub_launch.run.backend import START_SECONDS, Backend
from hub_launch.run.process import Child
from hub_launch.text import printable, redact

# A cell of a table holds about two lines of this.
_MAX_REASON = 300


def explain(error: Exception, backend: Backend, log: Path) -> tuple[str, str]:
    """The reason and a hint for a start that ended with `error`. Safe to print, without secrets."""
    cause = next((one for one in _causes(error) if isinstance(one, HubError)), None)
    if cause:
        return cause.message, cause.hint
    child = backend.child
    if child and child.exit_code is not None:
        return explain_exit(child), f"see {log}"
    if any(isinstance(one, TimeoutError) for one in _causes(error)):
        said = telling_line(child.last_words()) if child else ""
        reason = f"did not answer within {START_SECONDS} s" + (f"; it said: {said}" if said else "")
        return reason, f"see {log}" if child else "is the address right, and the network up?"
    reason = _short(printable(redact(str(_root(error)) or type(error).__name__, backend.launch.secrets)))
    if isinstance(backend.launch, HttpLaunch):
        return f"cannot be reached: {reason}", "is the address right, and the network up?"
    return reason, f"see {log}"


def is_passing(error: Exception) -> bool:
    """Whether a later try may go better: not where the program is missing, say."""
    return not any(isinstance(one, HubError) for one in _causes(error))


def explain_exit(child: Child) -> str:
    """How a child ended, with what it said last."""
    code = child.exit_code or 0
    how = f"exited with code {code}" if code >= 0 else f"was ended by {_signal_name(-code)}"
    said = telling_line(child.last_words())
    return f"{how}: {said}" if said else f"{how} and said nothing"


def telling_line(words: str) -> str:
    """The line of a program's last words that tells most; empty when there is none.

    npm puts what is wrong in the first lines after its error code; most other programs end with it.
    """
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    npm = [line.removeprefix("npm error ") for line in lines if line.startswith("npm error ")]
    if npm:
        return _short(next((line for line in npm if not line.startswith("code ")), npm[0]))
    last_error = max((i for i, line in enumerate(lines) if "error" in line.lower()), default=len(lines) - 1)
    # With the line below it, where uv says the cause.
    return _short(" ".join(lines[last_error : last_error + 2]))


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


def _short(text: str) -> str:
    return text if len(text) <= _MAX_REASON else text[: _MAX_REASON - 1] + "…"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
