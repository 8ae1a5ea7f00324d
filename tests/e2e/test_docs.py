"""Every command that the documentation shows is run, in the order in which it is shown.

What is not run here has a line in ELSEWHERE, which says who runs it, or why nobody can.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess

import pytest
from tests.docs.pages import DOCUMENTS, ROOT, blocks, commands

from hub_launch.cli.commands import COMMANDS
from hub_launch.cli.main import build_parser, with_default_command

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("docs")]

# Commands that set up or test the project itself: what runs them is named, and must exist.
ELSEWHERE = {
    "make hub": "tests/e2e/test_make_hub.py",
    "make test": ".ci/run",
    "make check": ".ci/run",
    "make fuzz": "tests/fuzz/test_main.py",
    "make format": "tests/e2e/test_docs.py",
    'pip install "./launcher[runners]"': "tests/e2e/test_install.py",
    # The package index has it once it is released; the same from the checkout is tested.
    'pip install "mcp-hub-launch[runners]"': "tests/e2e/test_install.py",
    'pip install "mcp-hub-launch[otel]"': "tests/e2e/test_install.py",
    "git clone https://github.com/mcp-hub-launch/registry mcp-hub && cd mcp-hub": "tests/e2e/test_make_hub.py",
    ".venv/bin/pytest tests/hub_build": ".ci/run",
    '.venv/bin/pytest -m "not e2e" -n auto': ".ci/run",
    # Of a registry that is not here.
    "hub-build import other-registry/servers --from docker --dry-run": "tests/hub_build/convert/test_commands.py",
    # A package of the reader's own.
    "hub-build new npm:@you/weather-mcp": "tests/hub_build/cli/test_new.py",
    # Of a hub that runs.
    "hub-launch status": "tests/hub_launch/cli/test_live.py",
    "hub-launch logs time": "tests/hub_launch/cli/test_live.py",
    # Start many packages, which others start one by one.
    "hub-launch --profile demo": "tests/hub_launch/cli/test_profile.py",
    "hub-launch --profile data --set excel.allow-dir=. time": "tests/hub_launch/cli/test_profile.py",
    # Of a server that has other tools than were agreed to.
    "hub-launch diff time": "tests/hub_launch/cli/test_tools.py",
    "hub-launch approve time": "tests/hub_launch/cli/test_tools.py",
    # Asks on a terminal, and needs a keyring.
    "hub-launch secret set github.token": "tests/hub_launch/cli/test_secret.py",
    "hub-launch secret list": "tests/hub_launch/cli/test_secret.py",
    # Need a token, an issuer or a certificate, and answer to others than this machine.
    "hub-launch token > ~/.hub-token && chmod 600 ~/.hub-token": "tests/hub_launch/cli/test_access.py",
    "hub-launch time --token-file ~/.hub-token": "tests/hub_launch/cli/test_access.py",
    'curl --header "Authorization: Bearer $(cat ~/.hub-token)" http://127.0.0.1:8080/v0/servers': (
        "tests/hub_launch/hub/test_access.py"
    ),
    "hub-launch time --jwt-issuer https://login.example.com --jwt-audience my-hub "
    "--jwt-keys https://login.example.com/keys": "tests/hub_launch/cli/test_access.py",
    "hub-launch time --host 0.0.0.0 --token-file ~/.hub-token --tls-cert hub.pem --tls-key hub.key": (
        "tests/hub_launch/cli/test_access.py"
    ),
    # From a registry that is at no https address here.
    "hub-launch export helm time git --registry https://registry.example.com > values.yaml": (
        "tests/hub_launch/cli/test_charted.py"
    ),
    # Sends to a collector.
    "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 hub-launch time --otel": (
        "tests/hub_launch/cli/test_observing.py"
    ),
    # Changes an editor's file.
    "hub-launch install cursor time git": "tests/hub_launch/cli/test_install.py",
    "hub-launch install cursor time": "tests/hub_launch/cli/test_install.py",
    "hub-launch uninstall cursor": "tests/hub_launch/cli/test_install.py",
    # Serves until it is ended.
    "hub-build serve": "tests/hub_build/cli/test_serve.py",
}

# Documents whose every command needs a container engine.
WHOLE_ELSEWHERE = {"deploying.md": "tests/e2e/test_deploying.py"}

# Files of the reader's own that commands speak of.
OWN_FILES = {
    "server.json": ROOT / "tests/examples/convert/server.json/newer/source.json",
    "my-weather.yaml": ROOT / "tests/examples/overlay/my-weather.yaml",
    "mcp.json": ROOT / "tests/examples/clients/cursor.json",
    "pets.yaml": ROOT / "tests/examples/valid/spec_operations/every-way/openapi/pets.yaml",
}

# Keys are made where no repository is.
OUTSIDE = ("ceremony.md",)
# What decides which servers `run` starts.
WRITES_CONFIGURATION = ("init", "import")
SERVES = ("launch", "run", "up", "serve")
# Take seconds, and do the same in every document.
SLOW = ("hub-build smoke",)


@pytest.fixture
def clean_clone(fresh_clone):
    """The clone as it was cloned, before and after: documents write entries, and sites with them."""

    def clean():
        subprocess.run(["git", "checkout", "--quiet", "."], cwd=fresh_clone, check=True)
        subprocess.run(["git", "clean", "--quiet", "--force", "-d"], cwd=fresh_clone, check=True)
        shutil.rmtree(fresh_clone / "site", ignore_errors=True)

    clean()
    yield fresh_clone
    clean()


@pytest.fixture(scope="session")
def shown_before():
    """What was started in a document already, and would show nothing new in another."""
    return set()


@pytest.mark.parametrize(
    "document",
    [one for one in DOCUMENTS if one.name not in WHOLE_ELSEWHERE and set(commands(one)) - set(ELSEWHERE)],
    ids=lambda path: path.name,
)
def test_every_command_works(document, clean_clone, site, environment, tmp_path, start_hub, shown_before, scripts):
    folder = tmp_path if document.name in OUTSIDE else clean_clone
    environment["HUB_REGISTRY"] = str(site)
    for name, example in OWN_FILES.items():
        shutil.copy(example, folder / name)
    configured: tuple[str, ...] = ()
    for command in commands(document):
        words = shlex.split(command)
        if words[0] == "hub-launch" and words[1] in WRITES_CONFIGURATION:
            configured = (*configured, command)
        slow = serves(words) or command.startswith(SLOW)
        if command in ELSEWHERE or (slow and (configured, command) in shown_before):
            continue
        if slow:
            shown_before.add((configured, command))
        if serves(words):
            hub = start_hub([scripts / words[0], *words[1:], "--port", "0", "--yes"], cwd=folder, env=environment)
            hub.ready()
            assert hub.stop(signal.SIGINT) == 0
            continue
        run = subprocess.run(
            agreed(words),
            cwd=folder,
            env=environment,
            input="a passphrase\n" * 2,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert run.returncode == 0, f"{command}\n{run.stdout}\n{run.stderr}"
        assert (run.stdout + run.stderr).strip(), f"{command} printed nothing"


def serves(words: list[str]) -> bool:
    """Whether the command starts a hub, which stays until it is ended."""
    return words[0] == "hub-launch" and with_default_command(words[1:])[0] in SERVES


def agreed(words: list[str]) -> list[str]:
    """The command, agreed to beforehand where it asks."""
    if words[0] != "hub-launch" or words[1] not in COMMANDS or "--yes" in words:
        return words
    return [*words, "--yes"] if "yes" in vars(build_parser(words[1]).parse_args(words[1:])) else words


def test_the_documents_show_commands_and_what_runs_elsewhere_is_there():
    shown = {command for document in DOCUMENTS for command in commands(document)}
    assert len(shown) >= 40
    for command, place in ELSEWHERE.items():
        assert command in shown, f"{command} is no longer documented"
        assert (ROOT / place).exists()
    assert all((ROOT / place).exists() for place in WHOLE_ELSEWHERE.values())


def test_no_command_hides_in_a_block_of_another_language():
    for document in DOCUMENTS:
        for text in (*blocks(document, "text"), *blocks(document, ""), *blocks(document, "bash")):
            for line in text.splitlines():
                assert not re.match(r"(\$ )?(hub-launch|hub-build|pip|make|git|docker) ", line), document.name


def test_every_link_between_documents_leads_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_make_format_leaves_formatted_code_alone(fresh_clone, scripts):
    before = {path: path.read_bytes() for path in (fresh_clone / "launcher").rglob("*.py")}
    for words in (["check", "--fix"], ["format"]):
        subprocess.run([scripts / "ruff", *words], cwd=fresh_clone, check=True, capture_output=True)
    assert {path: path.read_bytes() for path in before} == before


def test_the_prose_builds_without_a_warning(scripts, tmp_path):
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    subprocess.run([scripts / "mkdocs", "build", "--strict", "-d", tmp_path / "docs"], cwd=ROOT, env=env, check=True)
    assert "hub-launch" in (tmp_path / "docs" / "index.html").read_text()
