"""Give up what a server may not do, and become it: run by its file, with the standard library alone.

    python -I -S landlock.py '{"read": [...], "write": [...], "network": false, "files": true}' -- program argument...

Landlock (Linux 5.13 and later) takes rights from a process and all that it starts, for ever, and needs no privileges.
The numbers and structures are those of linux/landlock.h; what a kernel is too old for is left out.
"""

import ctypes
import json
import os
import sys
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ = _EXECUTE | _READ_FILE | _READ_DIR

# The highest right over files that each version of the interface knows, counted from 1; later ones know no more.
_RIGHTS = (13, 14, 15, 15, 16)
_TCP = 0b11
_TCP_SINCE = 4
# Sockets without a file, and signals to processes that did not give up as much.
_SCOPES = 0b11
_SCOPES_SINCE = 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    # Python 3.14 wants to be told that packed structures are laid out alike everywhere.
    _layout_ = "ms"
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Of the kernel's interface; 0 where there is none."""
    try:
        return max(0, int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)))
    except (OSError, AttributeError):
        return 0


def give_up(grants: dict[str, Any]) -> None:
    """Keep what is granted and nothing else. Raises OSError if the kernel refuses.

    grants: `read` and `write`, paths; `files`: whether other files are out of reach; `network`: whether TCP is not.
    """
    known = version()
    if not known:
        raise OSError("this kernel has no Landlock")
    rights = (1 << _RIGHTS[min(known, len(_RIGHTS)) - 1]) - 1 if grants["files"] else 0
    network = _TCP if known >= _TCP_SINCE and not grants["network"] else 0
    scopes = _SCOPES if known >= _SCOPES_SINCE else 0
    size = 24 if known >= _SCOPES_SINCE else 16 if known >= _TCP_SINCE else 8
    ruleset = _call(_CREATE_RULESET, ctypes.byref(_Ruleset(rights, network, scopes)), ctypes.c_size_t(size), 0)
    if grants["files"]:
        for path in grants["read"]:
            _allow(ruleset, path, _READ & rights)
        for path in grants["write"]:
            _allow(ruleset, path, rights)
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    _call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    if sys.platform != "linux":
        return
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        # Nothing is granted of what is not there.
        return
    try:
        allowed = rights if os.path.isdir(path) else rights & _OF_FILES  # noqa: PTH112 (a module less to load)
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_Beneath(allowed, handle)), 0)
    finally:
        os.close(handle)


def _call(number: int, *arguments: Any) -> int:
    result = int(_libc().syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock was refused: {os.strerror(ctypes.get_errno())}")
    return result


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def main(argv: list[str]) -> None:
    """Become the program."""
    grants, _, program, *_ = argv
    give_up(json.loads(grants))
    os.execv(program, argv[2:])  # noqa: S606 (that is what this is for)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        sys.exit(f"the sandbox could not be set up: {error}")
