"""Redis: an instance of its own with one key, `greeting`.

Redis 7 lets no client change where it writes files or load code into it, unless it is configured to.
"""

import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hub_build.smoke.services.service import HOST, MissingServiceError, folder_for, free_port, program, running

_PACKAGE = "redis-server"
# One key over the loopback interface.
_FILL_SECONDS = 10


@contextmanager
def start(folder: Path) -> Iterator[Mapping[str, str]]:
    """See `service.Start`."""
    del folder
    server, client = program("redis-server", _PACKAGE), program("redis-cli", "redis-tools")
    password, port = secrets.token_hex(12), free_port()
    with folder_for(None) as own:
        # Not as arguments, which every user of the machine can read.
        config = own / "redis.conf"
        config.write_text(f'bind {HOST}\nport {port}\nrequirepass {password}\ndir {own}\nsave ""\n', encoding="utf-8")
        with running([server, str(config)], own, port):
            _fill(client, port, password)
            url = f"redis://default:{password}@{HOST}:{port}/0"
            yield {"url": url, "host": HOST, "port": str(port), "password": password}


def _fill(client: str, port: int, password: str) -> None:
    command = [client, "-h", HOST, "-p", str(port), "SET", "greeting", "hello"]
    done = subprocess.run(
        command, env={"REDISCLI_AUTH": password}, capture_output=True, timeout=_FILL_SECONDS, check=False
    )
    if done.stdout.strip() != b"OK":
        raise MissingServiceError(f"Redis does not take a key here: {(done.stdout or done.stderr).decode().strip()}")
