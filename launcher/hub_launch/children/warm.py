"""`python -m hub_launch.children.warm`: has imported what our own servers need, and forks one for each request.

Importing FastMCP is nearly all of what such a server's start costs. Requests come on standard input, a Unix socket:
four bytes with the length of what follows, `{"program", "arguments", "env", "cwd"}` as JSON, and the descriptors for
standard input, output and error of the new process. Answers go to standard output as lines of JSON: `{"started": pid}`
in the order of the requests, and `{"ended": pid, "code": code}`, negative for a signal.

The parent knows no server's secrets: the environment comes after the fork, into the child alone. It has one thread, as
whoever forks must.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from typing import Any, NoReturn

PROGRAMS = {"openapi": "hub_launch.children.openapi.__main__", "module": "hub_launch.children.module"}
# Imported before the first fork, beside the programs themselves.
_NEEDED = ("fastmcp", "fastmcp.server.providers.openapi", "hub_launch.children.openapi.components", "mcp.server.stdio")

DESCRIPTORS = 3
LENGTH = struct.Struct("!I")


def main() -> int:
    """Serve requests until standard input closes; then end what is left of the children."""
    channel = socket.socket(fileno=os.dup(0))
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    woken, wake = os.pipe()
    for descriptor in (woken, wake):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for name in (*_NEEDED, *PROGRAMS.values()):
        importlib.import_module(name)
    _rehearse()
    # What is imported stays in memory that all children share.
    gc.collect()
    gc.freeze()
    children: set[int] = set()
    while True:
        ready, _, _ = select.select([channel.fileno(), woken], [], [])
        if woken in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(woken, 1024)
            _reap(children, answers)
        if channel.fileno() in ready and not _serve_one(channel, answers, children, (woken, wake)):
            break
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return 0


def _rehearse() -> None:
    """Do once what each server does first, since FastMCP and pydantic put much off until then."""
    from hub_launch.children.openapi import build_server

    paths = {"/": {"get": {"operationId": "get", "responses": {"200": {"description": ""}}}}}
    spec = {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": paths}
    asyncio.run(build_server("rehearsal", spec, "http://127.0.0.1", {}).list_tools())


def _serve_one(channel: socket.socket, answers: Any, children: set[int], own: tuple[int, ...]) -> bool:
    """Start what one request asks for. False at the end of requests."""
    head, given, _, _ = socket.recv_fds(channel, LENGTH.size, DESCRIPTORS)
    if len(head) < LENGTH.size:
        return False
    request = json.loads(_exactly(channel, LENGTH.unpack(head)[0]))
    pid = os.fork()
    if pid == 0:
        for descriptor in own:
            os.close(descriptor)
        channel.close()
        answers.close()
        _become(request, given)
    for descriptor in given:
        os.close(descriptor)
    children.add(pid)
    _answer(answers, started=pid)
    return True


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size and (part := channel.recv(size - len(parts))):
        parts += part
    return parts


def _become(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Turn the forked process into the server that was asked for."""
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(request["env"])
        time.tzset()
        os.chdir(request["cwd"])
        code = importlib.import_module(PROGRAMS[request["program"]]).main(request["arguments"])
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _reap(children: set[int], answers: Any) -> None:
    for pid in list(children):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            children.discard(pid)
            _answer(answers, ended=pid, code=os.waitstatus_to_exitcode(status))


def _answer(answers: Any, **fields: int) -> None:
    # The hub may be gone; the end of the requests will say so.
    with contextlib.suppress(OSError):
        answers.write(json.dumps(fields).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
