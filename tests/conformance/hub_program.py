"""A hub of some servers, served by the product's own code: for those who need a hub and no registry.

    python hub_program.py FOLDER SERVERS [--stdio]

SERVERS is a JSON object: by id, an address or a command, or an object of more fields of the launch. Prints the hub's
address when every server has started; with --stdio it serves whoever started it instead.
"""

import json
import sys
from pathlib import Path

from hub_launch.hub.logs import log_to
from hub_launch.hub.serve import listen, serve_http, serve_stdio
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.supervisor import Supervisor


def launch(id, target):
    """The launch of one server."""
    if isinstance(target, str):
        target = {"url": target}
    elif isinstance(target, list):
        target = {"argv": target}
    fields = {"id": id, "title": id, "kind": "test", **target}
    if "url" in fields:
        return HttpLaunch(transport="streamable-http", own_network=True, **fields)
    return StdioLaunch(**fields | {"argv": tuple(fields["argv"])})


def main(folder, servers, stdio=""):
    folder = Path(folder)
    log_to(folder / "hub.log")
    launches = [launch(id, target) for id, target in json.loads(servers).items()]
    supervisor = Supervisor(launches, [], folder / "logs", lambda status: None)
    if stdio:
        serve_stdio(supervisor)
        return
    listener = listen("127.0.0.1", 0)

    def ready():
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        return True

    serve_http(supervisor, listener, ready)


if __name__ == "__main__":
    main(*sys.argv[1:])
