"""The one error a user sees, and the exit codes that scripts may rely on."""

import re
from enum import IntEnum

_NUMBER = re.compile(r"\[Errno -?\d+\] ")


class ExitCode(IntEnum):
    """Exit codes of `hub-launch` and `hub-build`: one meaning each, never reused."""

    OK = 0
    FAILED = 1  # it ran, and the answer is no: a finding, a failed tool call, no server that starts
    USAGE = 2  # the command line, an id or a parameter is wrong
    REGISTRY = 3  # the registry cannot be read or is not one
    CONSENT = 4  # nobody approved what would run
    PORT = 5  # the address to listen on is taken or not ours
    INTERNAL = 70  # a defect of ours (EX_SOFTWARE in sysexits.h)
    INTERRUPTED = 130  # Ctrl-C, as shells report it


class HubError(Exception):
    """Something the user can act on. Everything else is a defect of ours.

    message: what happened, to which server or file, with which value; one sentence.
    hint: what to do next, or empty.
    code: the exit code if the error ends the program.
    """

    def __init__(self, message: str, hint: str = "", code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


def why(error: Exception) -> str:
    """What the system, a parser or an HTTP client says of a fault.

    Without its path, which messages of ours have, and its number, which says nothing to people that its words do not.
    """
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return _NUMBER.sub("", said) or type(error).__name__


class PassingError(HubError):
    """One that a later try may be spared: somebody else did not answer, say."""
