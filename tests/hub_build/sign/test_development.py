"""The project's own registry, signed with the development key, from YAML to a launcher that comes with the root."""

import functools
import http.server
import io
import threading
from pathlib import Path

import pytest

from hub_build.cli.main import main as build
from hub_launch.cli.main import main as launch
from hub_launch.cli.terminal import Terminal

ROOT = Path(__file__).parents[3]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The compiled registry of this checkout, signed."""
    monkeypatch.chdir(ROOT)
    assert build(["site", "-o", str(tmp_path / "site")]) == 0
    assert build(["sign", "publish", str(tmp_path / "site"), "--development", "--first"]) == 0
    return tmp_path / "site"


@pytest.fixture
def url(site):
    """The site behind a plain static host, in the place of the public one."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def listing(tmp_path, url, monkeypatch):
    """`hub-launch list` of the public registry; returns exit code, output and notes."""
    monkeypatch.setattr("hub_launch.index.opening.PUBLIC_REGISTRY", url)

    def run():
        environ = {f"HUB_{name}_DIR": str(tmp_path / name) for name in ("CACHE", "STATE", "CONFIG")}
        terminal = Terminal(io.StringIO(), io.StringIO(), interactive=False)
        code = launch(["info", "time", "--registry", url], environ, terminal)
        return code, terminal.out.getvalue(), terminal.err.getvalue()

    return run


def test_it_is_read_with_the_root_that_came_along(listing):
    code, out, err = listing()
    assert (code, err) == (0, "")
    assert "(time)" in out


def test_a_forgery_of_it_is_refused(listing, site):
    path = next((site / "targets").iterdir())
    path.write_bytes(path.read_bytes().replace(b'"time"', b'"tide"'))
    code, out, err = listing()
    assert (code, out) == (3, "")
    assert "is not what its keys signed: a file has another hash or length than was signed" in err
