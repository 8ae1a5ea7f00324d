import functools
import http.server
import threading

import pytest

from hub_build.sign.verify import verify
from hub_launch.errors import ExitCode, HubError


@pytest.fixture
def signed(desk):
    desk.now = desk.now.now(desk.now.tzinfo)
    desk.index("time", "git")
    (desk.roots / "1.root.json").unlink()
    from hub_build.sign.ceremony import first_root

    (desk.roots / "1.root.json").write_bytes(first_root(desk.made, desk.now))
    desk.publish()
    return desk


@pytest.fixture
def url(signed):
    """The signed site behind a plain static host."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(signed.site)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def refusal(*arguments, **options):
    with pytest.raises(HubError) as caught:
        verify(*arguments, **options)
    assert caught.value.code == ExitCode.REGISTRY
    return caught.value.message


def test_python_tufs_own_client_reaches_index_and_entries_with_the_root_alone(signed, url):
    for place in (url, url + "/", str(signed.site)):
        found = verify(place, signed.root)
        assert (found.servers, found.documents) == (2, 2)
    assert verify(url, signed.root, documents=1).documents == 1


def test_a_document_that_was_changed_is_noticed(signed, url):
    path = next((signed.site / "entries" / "git").iterdir())
    path.write_bytes(b"{}")
    assert "is not what the index promises" in refusal(url, signed.root)
    path.unlink()
    assert "does not hold" in refusal(str(signed.site), signed.root)


def test_an_index_that_was_changed_is_noticed(signed):
    path = next((signed.site / "targets").iterdir())
    path.write_bytes(path.read_bytes().replace(b"git", b"evi"))
    assert "LengthOrHashMismatchError" in refusal(str(signed.site), signed.root)


def test_what_is_no_root_is_told(signed):
    for other in (b"{}", b"-----BEGIN PRIVATE KEY-----"):
        with pytest.raises(HubError, match="given as the root is none") as caught:
            verify(str(signed.site), other)
        assert caught.value.code == ExitCode.USAGE


def test_a_site_that_nobody_signed_is_told(tmp_path, signed):
    assert "timestamp.json" in refusal(str(tmp_path), signed.root)
