"""Hubs as processes of their own, in a few milliseconds each: forked from one that has imported everything.

Reads orders from standard input, one JSON object a line, and answers each with the hub's process id and port. A hub
serves by the product's own `serve_http`, and ends by a signal as the product does. Its every change of status is a
line of `statuses.jsonl` in its folder.
"""

import contextlib
import dataclasses
import json
import os
import signal
import sys
from pathlib import Path

import fastmcp  # noqa: F401  (loaded here, so that what a hub loads later is no memory of its own)

from hub_launch.hub.access import Access
from hub_launch.hub.logs import log_to
from hub_launch.hub.serve import listen, serve_http
from hub_launch.hub.tls import tls_context
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.means import MEANS
from hub_launch.run.selection import Selection
from hub_launch.run.supervisor import Supervisor

OURS = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)

# Every tool by its name, however many there are.
_MEANS = dataclasses.replace(MEANS, selection=Selection(mode="all"))


def main():
    # Hubs that ended need not be waited for; and what interrupts the tests must leave time to end the others.
    for number in OURS:
        signal.signal(number, signal.SIG_IGN)
    hubs = []
    for line in sys.stdin:
        order = json.loads(line)
        listener = listen("127.0.0.1", 0)
        pid = os.fork()
        if pid == 0:
            _become_hub(order, listener)
        hubs.append(os.pidfd_open(pid))
        port = listener.getsockname()[1]
        listener.close()
        print(json.dumps({"pid": pid, "port": port, "memory": memory("VmRSS")}), flush=True)
    # The tests are over, well or badly: a hub that still runs ends, and its servers with it.
    for hub in hubs:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(hub, signal.SIGTERM)


def memory(name):
    """A number of bytes that the kernel keeps about this process; 0 where there is no /proc."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _become_hub(order, listener):
    try:
        os.setsid()
        for number in OURS:
            signal.signal(number, signal.SIG_DFL)
        folder = Path(order["folder"])
        _own_streams(folder / "hub.out")
        os.environ |= order["environ"]
        for name, value in order["limits"].items():
            _limit(name, value)
        log_to(folder / "logs" / "hub.log")
        launches = [_launch(**one) for one in order["launches"]]
        with (folder / "statuses.jsonl").open("a") as statuses:

            def tell(status):
                statuses.write(json.dumps(dataclasses.asdict(status)) + "\n")
                statuses.flush()

            serve_http(
                Supervisor(launches, [], folder / "logs", tell, _MEANS),
                listener,
                lambda: True,
                _access(**order["access"]),
            )
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(70)
    os._exit(0)


def _launch(secrets, **fields):
    return (HttpLaunch if "url" in fields else StdioLaunch)(secrets=frozenset(secrets), **fields)


def _access(token="", hosts=(), origins=(), tls=()):
    context = tls_context(*map(Path, tls)) if tls else None
    return Access(token=token, hosts=frozenset(hosts), origins=frozenset(origins), tls=context)


def _own_streams(path):
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(old, new)


def _limit(name, value):
    """Set a constant of the launcher, in every module that has imported it by name."""
    having = [module for key, module in sys.modules.items() if key.startswith("hub_launch") and hasattr(module, name)]
    if not having:
        raise LookupError(f"the launcher has no {name} any more")
    for module in having:
        setattr(module, name, value)


main()
