import io
import json
import re
import subprocess

import httpx2
import pytest
import trustme

from hub_launch.cli.access import access_of, without_token
from hub_launch.cli.main import build_parser
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.access import JwtRules, require_safe
from hub_launch.plan.context import Context

TOKEN = "token-0123456789abcdef"
ISSUED = ["--jwt-issuer", "https://i.example", "--jwt-audience", "hub", "--jwt-keys", "https://i.example/keys"]


def until_ready(lines):
    for line in lines:
        yield line
        if line.startswith("Ready."):
            return
    raise AssertionError("the hub did not get ready")


@pytest.fixture
def access():
    """The access that a command line and an environment give, and what the user was told."""

    def read(*words, environ=None):
        arguments = build_parser("launch").parse_args(["launch", "time", *words])
        said = io.StringIO()
        return access_of(arguments, {} if environ is None else environ, Terminal(said, said, False)), said.getvalue()

    return read


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    path.chmod(0o600)
    return path


def refused(access, *words, **more):
    with pytest.raises(HubError) as caught:
        access(*words, **more)
    assert caught.value.code == ExitCode.USAGE
    return caught.value.message


def test_without_a_word_nobody_is_asked_and_nothing_is_said(access):
    found, said = access()
    assert (found.asks, found.tls, found.scheme, said) == (False, None, "http", "")
    require_safe("127.0.0.1", found)


def test_a_token_comes_from_an_option_a_file_or_the_environment(access, token_file):
    assert access("--token", TOKEN)[0].token == TOKEN
    assert access("--token-file", str(token_file)) == (access("--token", TOKEN)[0], "")
    assert access(environ={"HUB_TOKEN": TOKEN})[0].token == TOKEN
    assert access("--token", TOKEN, environ={"HUB_TOKEN": "another-0123456789abcdef"})[0].token == TOKEN


def test_the_environment_does_not_keep_it(access):
    environ = {"HUB_TOKEN": TOKEN, "OTHER": "x"}
    access("--token", TOKEN, environ=environ)
    assert environ == {"OTHER": "x"}


def test_no_entry_can_have_itself_told_the_token(tmp_path, monkeypatch):
    monkeypatch.setenv("HUB_TOKEN", TOKEN)
    assert TOKEN not in Context.of_this_machine(tmp_path.joinpath, tmp_path).environ.values()


def test_a_file_that_others_can_read_is_said(access, token_file):
    token_file.chmod(0o644)
    found, said = access("--token-file", str(token_file))
    assert found.token == TOKEN
    assert f"chmod 600 {token_file}" in said


def test_a_file_that_is_missing_large_or_empty_is_named(access, tmp_path):
    assert refused(access, "--token-file", str(tmp_path / "none")).endswith("none: No such file or directory")
    (tmp_path / "large").write_text("x" * 10_000)
    assert "larger than 8,192 bytes" in refused(access, "--token-file", str(tmp_path / "large"))
    (tmp_path / "empty").touch()
    assert "16 characters" in refused(access, "--token-file", str(tmp_path / "empty"))


def test_a_token_that_could_be_guessed_is_refused(access):
    assert refused(access, "--token", "secret").startswith("--token: ")
    assert refused(access, "--token", "").startswith("--token: ")
    assert refused(access, environ={"HUB_TOKEN": "secret"}).startswith("HUB_TOKEN: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_another_address_without_a_token_is_refused(access, host):
    assert f"--host {host}: others can reach that address" in refused(access, "--host", host)


def test_with_one_it_is_not_and_what_travels_readably_is_said(access):
    found, said = access("--host", "0.0.0.0", "--token", TOKEN)
    assert found.hosts == frozenset()
    assert "0.0.0.0 is served without TLS" in said


def test_an_address_or_name_that_is_listened_on_is_a_name_of_the_hub(access):
    found, _ = access("--host", "Hub.internal", "--token", TOKEN, "--allow-host", "other.example:80")
    assert found.hosts == {"hub.internal", "other.example"}


def test_other_names_and_sites_need_a_token(access):
    assert "let others reach the hub" in refused(access, "--allow-host", "hub.example.com")
    assert "let others reach the hub" in refused(access, "--allow-origin", "https://a.example")
    assert "not an origin" in refused(access, "--allow-origin", "*", "--token", TOKEN)
    assert access("--allow-origin", "https://A.example", "--token", TOKEN)[0].origins == {"https://a.example"}


def test_an_issuer_is_enough_for_another_address(access):
    found, _ = access("--host", "::", *ISSUED)
    assert found.jwt == JwtRules("https://i.example", "hub", "https://i.example/keys")


@pytest.mark.parametrize("missing", [0, 2, 4])
def test_an_issuer_needs_an_audience_and_keys(access, missing):
    assert "go together" in refused(access, *ISSUED[:missing], *ISSUED[missing + 2 :])


def test_tls_needs_a_certificate(access, tmp_path):
    assert refused(access, "--tls-key", "x").startswith("--tls-key")
    issued, path = trustme.CA().issue_cert("localhost"), tmp_path / "own.pem"
    path.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
    found, said = access("--host", "0.0.0.0", "--token", TOKEN, "--tls-cert", str(path))
    assert (found.scheme, said) == ("https", "")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["time", "--token", TOKEN, "--port", "0"], ["time", "--token", "…", "--port", "0"]),
        ([f"--token={TOKEN}", "time"], ["--token=…", "time"]),
        (["--token-file", "x"], ["--token-file", "x"]),
    ],
)
def test_a_command_line_is_shown_without_it(given, shown):
    assert without_token(given) == shown


def test_a_hub_that_would_be_unsafe_does_not_start(process):
    out, err = (hub := process("time", "--host", "0.0.0.0", "--yes")).communicate(timeout=30)
    assert (hub.returncode, out) == (ExitCode.USAGE, "")
    assert err.startswith("error: --host 0.0.0.0: others can reach that address")
    assert "hint: make a token with `hub-launch token`" in err


def test_a_hub_that_was_started_with_a_token_asks_for_it_and_prints_it_nowhere(process, tmp_path, launch, token_file):
    argv = launch("aa").argv
    (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": {"aa": {"command": argv[0], "args": argv[1:]}}}))
    words = ["--mcp-json", str(tmp_path / "mcp.json"), "--yes", "--port", "0", "--token-file", str(token_file)]
    hub = process(*words, stderr=subprocess.STDOUT, bufsize=1)
    try:
        said = "".join(until_ready(hub.stdout))
        address = re.search(r"MCP endpoint\s+(\S+)/mcp ", said)[1]
        with httpx2.Client(trust_env=False) as http:
            assert http.get(f"{address}/nowhere").status_code == 401
            assert http.get(f"{address}/nowhere", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 404
    finally:
        hub.terminate()
        rest, _ = hub.communicate(timeout=30)
    assert TOKEN not in said + rest
    written = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert [path for path in written if TOKEN in path.read_text(errors="replace")] == []
