"""The launcher as on another system: what Python lacks there is taken away, then all of it is imported anew.

    python elsewhere.py win32 [words of hub-launch] [--and [words of another command]]

Libraries are imported before, and stay what they are here. Each command's exit code is the last line that it prints.
"""

import importlib
import os
import pkgutil
import signal
import socket
import sys
import time

# Python's documentation says of each on which systems it is: "Availability".
MODULES = {
    "win32": "fcntl grp pwd posix pty readline resource syslog termios tty uvloop".split(),
    "darwin": "uvloop".split(),  # which is there; a hub has to do without where it is not
}
NAMES = {
    "win32": {
        os: """O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_PATH chown fchmod fchown fork getegid geteuid getgid
            getgroups getloadavg getpgid getpriority getsid getuid initgroups killpg mkfifo nice openpty pidfd_open
            pipe2 posix_spawn sched_getaffinity setgid setpgid setsid setuid statvfs sysconf uname wait3""",
        signal: """SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGSTOP SIGUSR1 SIGUSR2 pidfd_send_signal pthread_sigmask
            setitimer""",
        socket: "AF_UNIX SO_PEERCRED SO_REUSEPORT",
        time: "CLOCK_BOOTTIME CLOCK_MONOTONIC clock_gettime",
    },
    "darwin": {
        os: "O_PATH eventfd memfd_create pidfd_open pipe2 sched_getaffinity setns unshare",
        signal: "pidfd_send_signal",
        socket: "SO_PEERCRED",
        time: "CLOCK_BOOTTIME",
    },
}


def launchers() -> list[str]:
    """All modules of the launcher."""
    package = importlib.import_module("hub_launch")
    return [one.name for one in pkgutil.walk_packages(package.__path__, "hub_launch.")]


def move_to(system: str) -> None:
    """Take away what `system` does not have, and everything that has seen it."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "hub_launch"]:
        del sys.modules[name]
    for module, names in NAMES[system].items():
        for name in names.split():
            vars(module).pop(name, None)
    sys.modules.update(dict.fromkeys(MODULES[system]))
    sys.platform = system


def main(system: str, words: list[str]) -> None:
    """Import all of it twice, and run the commands in between the second time."""
    for name in launchers():
        importlib.import_module(name)
    move_to(system)
    for name in launchers():
        importlib.import_module(name)
    run = importlib.import_module("hub_launch.cli.main").main
    while words:
        end = words.index("--and") if "--and" in words else len(words)
        try:
            code = run(words[:end])
        except SystemExit as left:  # --help
            code = left.code
        print(f"exit {int(code or 0)}", flush=True)
        words = words[end + 1 :]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
