"""PostgreSQL: a cluster of its own, with a database of three books.

The server under test gets a role that owns its database and nothing else: a superuser of PostgreSQL can start programs,
and these would not be in the server's sandbox. The superuser is reached by a socket in a private folder alone.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hub_build.smoke.services.sample import ROWS, TABLE
from hub_build.smoke.services.service import HOST, MissingServiceError, folder_for, free_port, program, running

_PACKAGE = "postgresql"
# Debian keeps the programs of each version off the PATH; the newest first.
_DEBIAN = tuple(sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: one.parent.name, reverse=True))
# Everything but the database itself: `initdb` takes a second or two.
_SETUP_SECONDS = 60
# Its data is thrown away: nothing has to reach the disk.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=20")
_ROLE = "smoke"


@contextmanager
def start(folder: Path) -> Iterator[Mapping[str, str]]:
    """See `service.Start`."""
    del folder
    password = secrets.token_hex(12)
    user = _user()
    with folder_for(user) as own:
        data, port = own / "data", free_port()
        access = ("--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
        _run([_program("initdb"), f"--pgdata={data}", "--username=postgres", *access], own, user)
        settings = (f"port={port}", f"listen_addresses={HOST}", f"unix_socket_directories={own}", *_FAST)
        options = [part for setting in settings for part in ("-c", setting)]
        with running([_program("postgres"), "-D", str(data), *options], own, port, user):
            _fill(own, port, user, password)
            yield _values(port, password)


def _fill(own: Path, port: int, user: str | None, password: str) -> None:
    as_superuser = [_program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-h", str(own), "-p", str(port), "-U", "postgres"]
    for database, statement in (
        ("postgres", f"CREATE ROLE {_ROLE} LOGIN PASSWORD '{password}'"),
        ("postgres", f"CREATE DATABASE {_ROLE} OWNER {_ROLE}"),
        (_ROLE, f"SET ROLE {_ROLE}; {TABLE}; {ROWS}"),
    ):
        _run([*as_superuser, "-d", database, "-c", statement], own, user)


def _values(port: int, password: str) -> dict[str, str]:
    url = f"postgresql://{_ROLE}:{password}@{HOST}:{port}/{_ROLE}?sslmode=disable"
    return {"url": url, "host": HOST, "port": str(port), "user": _ROLE, "password": password, "database": _ROLE}


def _program(name: str) -> str:
    return program(name, _PACKAGE, _DEBIAN)


def _user() -> str | None:
    """Who runs it: PostgreSQL refuses to be root, so root takes the user that Debian made for it."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _run(command: list[str], folder: Path, user: str | None) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, user=user, capture_output=True, timeout=_SETUP_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingServiceError(f"PostgreSQL does not start here: {error}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise MissingServiceError(f"PostgreSQL does not start here: {Path(command[0]).name}: {said}")
