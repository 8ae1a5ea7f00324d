"""The hub as the first process of a container: there it becomes the child of one that does what process 1 has to.

Whoever is process 1 becomes the parent of every process whose own parent ended, and must take notice of their ends, or
they stay in the list of processes until no more can be started. Signals that it does not wait for do nothing to it.
Engines bring such a process where they are asked to (`--init`); Kubernetes has none.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator

FIRST = 1
# What users and engines end programs with, and what they are told things by.
_PASSED_ON = frozenset("SIGHUP SIGINT SIGQUIT SIGTERM SIGUSR1 SIGUSR2 SIGWINCH".split())
# How shells say which signal ended a program.
_BY_SIGNAL = 128


def step_aside() -> None:
    """Go on as a child of process 1, where this process is that; elsewhere nothing happens.

    To be called before there are threads: they would not be in the child.
    """
    if sys.platform == "win32" or os.getpid() != FIRST:
        return
    waited_for = {signal.SIGCHLD, *(getattr(signal, name) for name in _PASSED_ON)}
    # Before there is a child, so that none of its signals is missed.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waited_for)
    child = os.fork()
    if child:
        os._exit(_stand_in_front(child, waited_for))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    _take_the_terminal()


def _stand_in_front(child: int, waited_for: set[signal.Signals]) -> int:
    """Pass signals on and take notice of ends until the child ends. Returns its exit code."""
    # Types are checked for each system, and function by function: nobody gets here on Windows.
    if sys.platform == "win32":
        return 0
    while True:
        number = signal.sigwait(waited_for)
        if number != signal.SIGCHLD:
            os.kill(child, number)
            continue
        for pid, status in _ended():
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else _BY_SIGNAL - code


def _ended() -> Iterator[tuple[int, int]]:
    """Every child that ended, own or inherited. One signal may stand for several."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            yield found


def _take_the_terminal() -> None:
    """A group of its own, in front of the terminal: Ctrl-C, which goes to a whole group, must not come twice."""
    if sys.platform == "win32":
        return
    os.setpgid(0, 0)
    if not os.isatty(0):
        return
    # Whoever is not in front is stopped for asking.
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, before)
