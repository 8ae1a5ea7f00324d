"""Where errors end: the one place of a program that turns them into messages and exit codes."""

import os
import sys
from collections.abc import Callable

from hub_launch.errors import ExitCode, HubError
from hub_launch.text import printable


def guarded(action: Callable[[], int], note: Callable[[str], None], report: Callable[[Exception], str]) -> int:
    """Run `action`, and return the program's exit code whatever it raises.

    note: writes a line for the user. report: what to say about a defect of ours; users' mistakes are HubErrors.
    """
    try:
        return action()
    except HubError as error:
        note(f"error: {printable(error.message, keep=chr(10))}")
        if error.hint:
            note(f"  hint: {printable(error.hint, keep=chr(10))}")
        return error.code
    except KeyboardInterrupt:
        note("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left, as `| head` does: nothing to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:
        note(report(error))
        return ExitCode.INTERNAL
