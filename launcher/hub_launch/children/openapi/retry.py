"""Which requests are sent again, and when: those that did nothing yet, or would do the same again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

# Once or several times, the outcome is the same (RFC 9110, 9.2.2).
_IDEMPOTENT = frozenset(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"])
# Too many requests, and three ways of a server that is being restarted or moved.
_PASSING = frozenset([429, 502, 503, 504])
# With a time to come back, these say that nothing was done (RFC 6585, RFC 9110).
_REFUSED = frozenset([429, 503])

FIRST_WAIT_SECONDS = 0.5
# Who asked has other things to do; the assistant is told, and may ask again itself.
MAX_WAIT_SECONDS = 15.0


def seconds_to_wait(
    method: str, outcome: httpx2.Response | httpx2.TransportError, attempt: int, jitter: float
) -> float | None:
    """How long to wait before sending a request of `method` again; None if it is not.

    attempt: how often it was repeated already. jitter: 0 to 1, so that many clients do not come back at once.
    """
    backoff = FIRST_WAIT_SECONDS * 2**attempt * (0.5 + jitter / 2)
    if isinstance(outcome, httpx2.TransportError):
        never_sent = isinstance(outcome, httpx2.ConnectError | httpx2.ConnectTimeout)
        # One that took too long once will again.
        repeatable = method in _IDEMPOTENT and not isinstance(outcome, httpx2.TimeoutException)
        return backoff if never_sent or repeatable else None
    asked = _retry_after(outcome.headers.get("retry-after", ""))
    if asked is not None and outcome.status_code in _REFUSED:
        return asked + backoff if asked + backoff <= MAX_WAIT_SECONDS else None
    return backoff if method in _IDEMPOTENT and outcome.status_code in _PASSING else None


def _retry_after(value: str) -> float | None:
    """Seconds from now; None if the header is missing or says nothing."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    now = datetime.now(UTC if then.tzinfo else None)
    return max(0.0, (then - now).total_seconds())
