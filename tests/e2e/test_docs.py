"""Every command that the documentation shows is run, in the order in which it is shown."""

import os
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("docs")]

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "site_src" / "docs").glob("*.md"))]

# Commands that set up or test the project itself: what runs them is named, and must exist.
RUN_ELSEWHERE = {
    "make hub": "tests/e2e/test_make_hub.py",
    "make test": ".ci/run",
    "make check": ".ci/run",
    "make format": "tests/e2e/test_docs.py",
    'pip install "./launcher[runners]"': "tests/e2e/test_install.py",
    # The package index has it once it is released; the same from the checkout is tested.
    'pip install "mcp-hub-launch[runners]"': "tests/e2e/test_install.py",
    "git clone https://github.com/mcp-hub-launch/registry mcp-hub && cd mcp-hub": "tests/e2e/test_make_hub.py",
    ".venv/bin/pytest tests/hub_build": ".ci/run",
    '.venv/bin/pytest -m "not e2e" -n auto': ".ci/run",
    # Of a registry that is not here.
    "hub-build import other-registry/servers --from docker --dry-run": "tests/hub_build/convert/test_commands.py",
    # Of a hub that runs.
    "hub-launch status": "tests/hub_launch/cli/test_live.py",
    "hub-launch logs time": "tests/hub_launch/cli/test_live.py",
    # Changes an editor's file.
    "hub-launch install cursor time git": "tests/hub_launch/cli/test_install.py",
    # Serves until it is ended.
    "hub-build serve": "tests/hub_build/cli/test_serve.py",
}


# Commands that do not serve.
AT_ONCE = ("list", "search", "info", "call", "registry", "token", "init", "publish", "unpublish", "discover")
# Files of the reader's own that commands speak of.
OWN_FILES = {
    "server.json": ROOT / "tests/examples/convert/server.json/newer/source.json",
    "my-weather.yaml": ROOT / "tests/examples/overlay/my-weather.yaml",
}


def commands(document: Path) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL)
    lines = (re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_works(document, clean_clone, environment, start_hub, scripts):
    shown = [command for command in commands(document) if command not in RUN_ELSEWHERE]
    environment["HUB_REGISTRY"] = str(clean_clone / "site")
    for name, example in OWN_FILES.items():
        shutil.copy(example, clean_clone / name)
    if any("hub-launch" in command for command in shown):
        subprocess.run([scripts / "hub-build", "site"], cwd=clean_clone, env=environment, check=True)
    for command in shown:
        words = shlex.split(command)
        if words[0] == "hub-launch" and words[1] not in AT_ONCE:
            hub = start_hub(
                [scripts / "hub-launch", *words[1:], "--port", "0", "--yes"], cwd=clean_clone, env=environment
            )
            hub.ready()
            assert hub.stop(signal.SIGINT) == 0
        else:
            run = subprocess.run(words, cwd=clean_clone, env=environment, capture_output=True, text=True, timeout=120)
            assert run.returncode == 0, f"{command}\n{run.stdout}\n{run.stderr}"
            assert (run.stdout + run.stderr).strip(), f"{command} printed nothing"


def test_the_documents_show_commands_and_what_runs_elsewhere_is_there():
    shown = {command for document in DOCUMENTS for command in commands(document)}
    assert len(shown) >= 12
    for command, place in RUN_ELSEWHERE.items():
        assert command in shown, f"{command} is no longer documented"
        assert (ROOT / place).exists()


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
