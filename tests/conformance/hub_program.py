"""A hub of some servers, served by the product's own `serve_http`: for those who need a hub and no registry.

    python hub_program.py FOLDER SERVERS

SERVERS is a JSON object: by id, an address or a command, or an object of more fields of the launch. Prints the hub's
address when every server has started.
"""

import json
import sys
from pathlib import Path

from hub_launch.hub.logs import log_to
from hub_launch.hub.serve import listen, serve_http
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.supervisor import Supervisor


def launch(id, target):
    """The launch of one server."""
    fields = {"id": id, "title": id, "kind": "test"}
    if isinstance(target, str):
        return HttpLaunch(**fields, transport="streamable-http", url=target, own_network=True)
    more = target if isinstance(target, dict) else {"argv": target}
    return StdioLaunch(
        **fields, **{key: tuple(value) if isinstance(value, list) else value for key, value in more.items()}
    )


def main(folder, servers):
    folder = Path(folder)
    log_to(folder / "hub.log")
    launches = [launch(id, target) for id, target in json.loads(servers).items()]
    listener = listen("127.0.0.1", 0)

    def ready():
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        return True

    serve_http(Supervisor(launches, [], folder / "logs", lambda status: None), listener, ready)


if __name__ == "__main__":
    main(*sys.argv[1:])
