"""Tier sandbox-exec: macOS' own sandbox (Seatbelt), told what to allow in its language, SBPL.

Written after what Chromium, Nix and Codex have in theirs, and not tried on a Mac: where this was written there is none.
Apple calls the program deprecated, and uses what is behind it for its own.
"""

import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from hub_launch.guard.sandbox.grants import Grants
from hub_launch.guard.sandbox.system import OTHERS_TEMPORARY
from hub_launch.plan import StdioLaunch

PROGRAM = "/usr/bin/sandbox-exec"

# A profile is compiled in milliseconds.
_PROBE_SECONDS = 10

# What programs are made of and load; Homebrew and MacPorts, whose programs link to each other.
_FOLDERS = (
    *("/bin", "/sbin", "/usr", "/System", "/Library/Apple", "/Library/Frameworks", "/Library/Developer"),
    *("/opt/homebrew", "/opt/local", "/nix/store", "/private/var/db/dyld", "/private/var/db/timezone"),
    # dyld's shared cache since macOS 13.
    "/System/Volumes/Preboot/Cryptexes/OS",
)
# Of /etc by name, as everywhere.
_ETC = tuple(
    f"/private/etc/{name}" for name in "group hosts localtime openssl passwd protocols resolv.conf services ssl".split()
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/fd", "/dev/dtracehelper")

# For every program: other processes are none of its business, and neither are keychains, the pasteboard or the screen.
_ALWAYS = """\
(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow signal (target same-sandbox))
(allow process-info* (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem)
(allow ipc-posix-shm)
(allow system-fsctl)
(allow mach-lookup
  (global-name "com.apple.system.logger")
  (global-name "com.apple.system.notification_center")
  (global-name "com.apple.system.opendirectoryd.libinfo"))
"""

# Names are looked up, and certificates judged, by services of the system.
_NETWORK = """\
(allow network*)
(allow system-socket)
(allow mach-lookup
  (global-name "com.apple.SecurityServer")
  (global-name "com.apple.SystemConfiguration.DNSConfiguration")
  (global-name "com.apple.SystemConfiguration.configd")
  (global-name "com.apple.mDNSResponder")
  (global-name "com.apple.networkd")
  (global-name "com.apple.ocspd")
  (global-name "com.apple.trustd")
  (global-name "com.apple.trustd.agent"))
"""


@functools.cache
def missing() -> str:
    """Why this tier is not to be had here, or empty. Tried once: inside of another sandbox it is forbidden."""
    if sys.platform != "darwin":
        return "sandbox-exec is macOS'"
    if not Path(PROGRAM).exists():
        return f"there is no {PROGRAM}"
    command = [PROGRAM, "-p", "(version 1)(allow default)", "/usr/bin/true"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"sandbox-exec does not run: {error}"
    return "" if done.returncode == 0 else f"sandbox-exec does not run: {done.stderr.decode(errors='replace').strip()}"


def wrap(launch: StdioLaunch, grants: Grants) -> StdioLaunch:
    """`sandbox-exec -p <profile> <command>`.

    It opens no file and no connection that is not granted. It sees which processes there are, and it ends with the
    launcher only as far as signals reach.
    """
    env = dict(launch.env)
    if not grants.everything:
        env = {name: value for name, value in env.items() if name not in OTHERS_TEMPORARY}
        env |= {"HOME": grants.home, "TMPDIR": grants.home}
    return replace(launch, argv=(PROGRAM, "-p", profile(grants), *launch.argv), env=env)


def profile(grants: Grants, real: Callable[[str], str] = os.path.realpath) -> str:
    """The profile in SBPL. real: where a path leads, since rules are about that and not about links on the way."""
    return "".join([_ALWAYS, *([_NETWORK] if grants.network else []), *_files(grants, real)])


def _files(grants: Grants, real: Callable[[str], str]) -> Iterator[str]:
    if grants.everything:
        yield "(allow file*)\n"
        return
    reads = _led(grants.reads, real)
    writes = _led(grants.writes, real)
    # What is below may be looked up only if each folder on the way can be; that shows no names in them.
    yield _rule("file-read-metadata", "literal", _ancestors([*_FOLDERS, *_ETC, *_DEVICES, *reads, *writes]))
    # The dynamic loader lists the root, which is the same on every Mac.
    yield _rule("file-read-data", "literal", ["/"])
    yield _rule("file-read*", "subpath", [*_FOLDERS, *_ETC, *_DEVICES, *reads, *writes])
    yield _rule("file-map-executable", "subpath", [*_FOLDERS, *reads, *writes])
    yield _rule("file-write-data file-ioctl", "subpath", _DEVICES)
    yield _rule("file-write*", "subpath", writes)


def _led(paths: Iterable[str], real: Callable[[str], str]) -> list[str]:
    """Each path as it is named and where it leads, once."""
    return sorted({one for path in paths for one in (path, real(path))})


def _ancestors(paths: Iterable[str]) -> list[str]:
    return sorted({str(folder) for path in paths for folder in PurePosixPath(path).parents})


def _rule(operations: str, kind: str, paths: Iterable[str]) -> str:
    return f"(allow {operations}" + "".join(f"\n  ({kind} {_quoted(path)})" for path in paths) + ")\n"


def _quoted(path: str) -> str:
    """A path as a text of SBPL, which is Scheme's: nothing in it ends the text."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
