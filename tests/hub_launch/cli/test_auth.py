import contextlib
import json
import threading
import time

import httpx2
import pytest
import uvicorn

from hub_launch.errors import ExitCode
from hub_launch.hub.serve import listen
from hub_launch.run.signin.store import Record, Store

URL = "https://mcp.example.com/mcp"
PATIENCE_SECONDS = 20


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "state" / "signin")


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    monkeypatch.setattr("hub_launch.run.signin.system_keyring", lambda: None)


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


@pytest.fixture
def protected(tmp_path):
    """A server that wants its users to sign in, beside the command; returns the mcp.json that names it."""
    from fastmcp import FastMCP
    from fastmcp.server.auth.auth import ClientRegistrationOptions
    from fastmcp.server.auth.providers.in_memory import InMemoryOAuthProvider

    with contextlib.closing(listen("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        auth = InMemoryOAuthProvider(base_url=url, client_registration_options=ClientRegistrationOptions(enabled=True))
        app = FastMCP("far", auth=auth).http_app(stateless_http=True)
        server = _Server(uvicorn.Config(app, ws="none", log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        path = tmp_path / "mcp.json"
        path.write_text(json.dumps({"mcpServers": {"far": {"url": f"{url}/mcp"}}}))
        yield str(path)
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


@pytest.fixture
def browser(monkeypatch):
    """The user's browser, in which they say yes to everything."""
    opened = []

    def visit(address):
        opened.append(address)
        httpx2.get(address, follow_redirects=True, trust_env=False)
        return True

    monkeypatch.setattr("webbrowser.open", visit)
    return opened


def test_a_user_signs_in_and_out(cli, answers, protected, browser, store):
    answers("y")
    done = cli("auth", "login", "far", "--mcp-json", protected, interactive=True)
    assert done.code == ExitCode.OK, done.err
    assert browser[0] in done.err
    assert "You are signed in to far." in done.err
    assert "there is no keyring here" in done.err
    [record] = store.all()
    assert cli("auth", "list").out == f"far\t{record.url}\tfile\n"
    assert cli("auth", "logout", "far").code == ExitCode.OK
    assert list(store.all()) == []


def test_a_user_whom_the_operator_registered_says_as_whom(cli, answers, protected, browser, monkeypatch):
    monkeypatch.setattr("hub_launch.run.signin.callback.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("getpass.getpass", lambda question, stream: "s3cret")
    answers("n")
    done = cli("auth", "login", "far", "--mcp-json", protected, "--client-id", "known", interactive=True)
    assert "client_id=known" in done.err
    assert "s3cret" not in done.err


def test_no_browser_is_opened_without_consent(cli, answers, protected, browser, monkeypatch):
    monkeypatch.setattr("hub_launch.run.signin.callback.PATIENCE_SECONDS", 0.1)
    answers("n")
    done = cli("auth", "login", "far", "--mcp-json", protected, interactive=True)
    assert done.code == ExitCode.FAILED
    assert browser == []
    assert "Open it yourself" in done.err
    assert "Nobody came back from the browser" in done.err


def test_nobody_is_signed_in_without_a_terminal(cli):
    done = cli("auth", "login", "far")
    assert done.code == ExitCode.CONSENT
    assert "needs a terminal" in done.err


def test_there_is_nobody_to_sign_in_to_on_this_machine(cli, tmp_path):
    path = tmp_path / "mcp.json"
    path.write_text(json.dumps({"mcpServers": {"near": {"command": "true"}}}))
    done = cli("auth", "login", "near", "--mcp-json", str(path), interactive=True)
    assert done.code == ExitCode.USAGE
    assert "started on this machine" in done.err


def test_a_server_that_an_mcp_json_does_not_have_is_told(cli, protected):
    done = cli("auth", "login", "other", "--mcp-json", protected, interactive=True)
    assert done.code == ExitCode.USAGE
    assert "has no server 'other'\n  hint: it has far" in done.err


def test_what_signing_in_gave_is_listed_without_secrets(cli, store):
    store.save(Record(URL, "far", {"tokens": {"access_token": "s3cret"}}))
    assert cli("auth", "list").out == f"far\t{URL}\tfile\n"


def test_there_is_nothing_to_forget_of_others(cli):
    done = cli("auth", "logout", "far")
    assert done.code == ExitCode.USAGE
    assert "You are not signed in to far" in done.err
