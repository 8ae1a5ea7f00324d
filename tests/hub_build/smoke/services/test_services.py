"""The local services: each is what it says, and gone afterwards."""

import contextlib
import shutil
import socket
import sqlite3
import subprocess
from pathlib import Path
from typing import get_args

import httpx2
import pytest

from hub_build.smoke.services import service
from hub_build.smoke.services.service import MissingServiceError, running
from hub_build.smoke.services.table import SERVICES, serving
from hub_launch.catalog.services import SERVICE_VALUES, ServiceName


@pytest.fixture
def serve(tmp_path):
    """Starts services; what is not installed here is skipped."""

    @contextlib.contextmanager
    def start(*names):
        with contextlib.ExitStack() as stack:
            try:
                values = stack.enter_context(serving(names, tmp_path))
            except MissingServiceError as error:
                if "not installed" not in error.message and "is installed" not in error.message:
                    raise
                pytest.skip(error.message)
            yield values

    return start


def psql(url, statement):
    return subprocess.run(["psql", "-qtAX", url, "-c", statement], capture_output=True, text=True, check=False)


def closed(host, port):
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def test_the_contract_and_the_table_know_the_same_services():
    assert set(get_args(ServiceName)) == SERVICE_VALUES.keys() == SERVICES.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_the_values_that_the_contract_promises(serve, name):
    with serve(name) as values:
        assert tuple(values) == tuple(f"{name}.{value}" for value in SERVICE_VALUES[name])


def test_postgres_has_three_books_and_lets_nobody_out_of_the_database(serve):
    with serve("postgres") as values:
        url = values["postgres.url"]
        assert psql(url, "SELECT title FROM books ORDER BY year").stdout.split() == [
            "Frankenstein",
            "Middlemarch",
            "Dracula",
        ]
        assert psql(url, "CREATE TABLE mine (x int); INSERT INTO mine VALUES (1)").returncode == 0
        assert "must be superuser" in psql(url, "COPY books TO PROGRAM 'id'").stderr
        assert psql(url.replace("smoke:", "postgres:", 1), "SELECT 1").returncode != 0
        assert psql(url.replace(values["postgres.password"], "guessed"), "SELECT 1").returncode != 0
    assert closed(values["postgres.host"], values["postgres.port"])


def test_redis_has_one_key_and_writes_no_files_where_a_client_says(serve):
    with serve("redis") as values:
        ask = ["redis-cli", "-u", values["redis.url"], "--no-auth-warning"]
        assert subprocess.check_output([*ask, "GET", "greeting"], text=True).strip() == "hello"
        assert "protected" in subprocess.check_output([*ask, "CONFIG", "SET", "dir", "/"], text=True)
        assert "NOAUTH" in subprocess.check_output(
            ["redis-cli", "-p", values["redis.port"], "GET", "greeting"], text=True
        )
    assert closed(values["redis.host"], values["redis.port"])


def test_a_file_and_a_repository_are_made_in_the_servers_folder(serve, tmp_path):
    with serve("sqlite", "git") as values:
        assert values["sqlite.file"].startswith(str(tmp_path))
        with contextlib.closing(sqlite3.connect(values["sqlite.file"])) as database:
            assert database.execute("SELECT count(*) FROM books").fetchone() == (3,)
        log = ["git", "-C", values["git.folder"], "log", "--format=%H %s"]
        lines = subprocess.check_output(log, text=True).splitlines()
        assert [line[41:] for line in lines] == ["Add the first book", "Say what this is about"]


def test_the_web_site_has_pages_and_says_what_it_has_not(serve):
    with serve("web") as values:
        assert "<h1>Three books</h1>" in httpx2.get(values["web.url"]).text
        assert httpx2.get(f"{values['web.url']}books.json?page=1").json()[0]["title"] == "Dracula"
        assert httpx2.get(f"{values['web.url']}nothing").status_code == 404


def test_what_is_not_installed_is_said_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(service, "find_program", lambda name: None)
    with pytest.raises(MissingServiceError) as raised, service.folder_for(None):
        service.program("redis-server", "redis-server")
    assert raised.value.message == "redis-server is not installed"
    assert raised.value.hint == "on Debian: apt-get install redis-server"


def test_a_program_that_ends_at_once_says_why(tmp_path):
    command = [shutil.which("sh"), "-c", "echo starting; echo no room on the disk >&2; exit 1"]
    port = service.free_port()
    with pytest.raises(MissingServiceError, match="sh does not start here: no room on the disk"):
        running(command, tmp_path, port).__enter__()


def test_every_object_of_the_pdf_file_is_where_its_table_says(serve):
    with serve("pdf") as values:
        data = Path(values["pdf.file"]).read_bytes()
    table = data[int(data.split(b"startxref\n")[1].split()[0]) :].splitlines()
    assert table[:2] == [b"xref", b"0 6"]
    places = [int(line.split()[0]) for line in table[3:8]]
    assert [data[place:].split(b"\n")[0] for place in places] == [b"%d 0 obj" % number for number in range(1, 6)]
