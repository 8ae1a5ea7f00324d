"""What the hub with a servers.yaml has commands for, done here: each row of the table in migration.md."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pet Shop", "version": "2"},
    "servers": [{"url": "https://pets.example.com"}],
    "paths": {"/pets": {"get": {"operationId": "pets", "summary": "Pets"}}},
}
SEED = """\
servers:
  - name: files
    registry_name: npm
    package: "@somebody/files"
    version: 1.2.3
    env: {LOG_LEVEL: info}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, publish, entry, fake_npx):
    publish([entry("demo"), entry("other")])
    fake_npx()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "servers.yaml").write_text(SEED)
    (tmp_path / "pets.json").write_text(json.dumps(SPEC))
    return tmp_path


def init_config(cli, folder):
    assert cli("init", "demo").code == 0
    assert list(configured(folder)) == ["demo"]


def import_seed(cli, folder):
    assert cli("import", "servers.yaml", "--yes").code == 0
    assert configured(folder)["files"]["args"] == ["-y", "@somebody/files@1.2.3"]


def listing(cli, folder):
    rows = [line.split("\t") for line in cli("list", "--all").out.splitlines()]
    assert [(one[0], one[2]) for one in rows] == [("demo", "npm"), ("files", "own"), ("other", "npm")]


def info(cli, folder):
    assert "somebody/demo" in cli("info", "demo").out


def toggle(cli, folder):
    assert cli("disable", "files").code == 0
    assert configured(folder)["files"]["enabled"] is False
    assert cli("enable", "files").code == 0
    assert configured(folder)["files"].get("enabled", True)


def add_server(cli, folder):
    ran = cli("publish", str(ROOT / "tests/examples/overlay/my-weather.yaml"))
    assert ran.code == 0, ran.err
    assert "is published here" in ran.err


def analyze(cli, folder):
    ran = cli("analyze", "pets.json", "-o", "pets.yaml", "--id", "pets")
    assert ran.code == 0, ran.err
    assert yaml.safe_load((folder / "pets.yaml").read_text())["id"] == "pets"


def export(cli, folder):
    assert list(json.loads(cli("export", "mcp-json").out)["mcpServers"]) == ["mcp-hub"]


def run(cli, folder, served):
    hub = served("run", "--yes", cwd=folder)
    assert hub.address
    assert hub.end() == 0
    assert "demo: ready" in hub.said
    assert "files: ready" in hub.said


STEPS = {
    "init-config": init_config,
    "import-seed": import_seed,
    "list": listing,
    "info": info,
    "toggle": toggle,
    "add-server": add_server,
    "analyze-openapi": analyze,
    "export-servers": export,
    "run": run,
}


def test_every_command_of_the_seeds_is_done_here(cli, folder, served):
    page = (ROOT / "site_src/docs/migration.md").read_text()
    theirs = page.partition("whose servers stand in a `servers.yaml`")[2].partition("\n## ")[0]
    assert sorted(STEPS) == sorted(re.findall(r"^\| `([a-z-]+)[^`]*` \|", theirs, re.MULTILINE))
    for name, step in STEPS.items():
        step(cli, folder, *([served] if name == "run" else []))


def configured(folder):
    return yaml.safe_load((folder / "hub.yaml").read_text())["servers"]
