"""Smoke tests of real packages: installed from their registries, shut in, started, called."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hub_launch.catalog import tools_digest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


@pytest.fixture
def registry(tmp_path):
    """A registry with two real entries, and nothing recorded."""
    folder = tmp_path / "registry"
    (folder / "servers").mkdir(parents=True)
    for name in ("time", "memory"):
        shutil.copy(ROOT / f"registry/servers/{name}.yaml", folder / "servers")
    return folder


@pytest.fixture
def smoke(registry, scripts, environment):
    def run(*words):
        command = [scripts / "hub-build", "smoke", "--registry", registry, "--format", "json", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.stdout, done.stderr
        return done.returncode, {test["recorded"]["id"]: test for test in json.loads(done.stdout)["tests"]}

    return run


def test_real_servers_are_recorded_and_offer_what_the_registry_has_on_record(smoke, registry):
    code, tests = smoke()
    assert code == 0, tests
    for name in ("time", "memory"):
        record = json.loads((registry / f"recorded/{name}.json").read_text(encoding="utf-8"))
        published = json.loads((ROOT / f"registry/recorded/{name}.json").read_text(encoding="utf-8"))
        assert record["outcome"] == "passed"
        assert record["toolsSha256"] == tools_digest(record["tools"]) == published["toolsSha256"]
        assert all(call["passed"] for call in record["calls"])
    # Installed by the first run: the second needs no package registry.
    code, _ = smoke("--check")
    assert code == 0


def test_a_package_that_is_not_what_the_entry_says_is_not_started(smoke, registry):
    for name in ("time", "memory"):
        path = registry / f"servers/{name}.yaml"
        text = path.read_text(encoding="utf-8")
        wrong = text.replace("integrity: sha256-", "integrity: sha256-0000").replace("sha512-", "sha512-AAAA")
        lines = [_cut(line) if "integrity:" in line else line for line in wrong.splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, tests = smoke()
    assert code == 1
    for name in ("time", "memory"):
        assert "is not the package that the registry describes" in tests[name]["recorded"]["reason"]


def _cut(line):
    """A hash with four characters put before it, at its proper length again."""
    return f"{line[:-6]}==" if line.endswith("==") else line[:-4]


def test_an_older_version_is_bumped_to_the_newest(registry, smoke, scripts, environment):
    (registry / "servers/memory.yaml").unlink()
    path = registry / "servers/time.yaml"
    published = path.read_text(encoding="utf-8")
    old = re.sub(r"(?m)^( *)version: .*$", r"\1version: 2026.10.10", published)
    old = re.sub(r"(?m)^ *integrity: .*\n", "", old).replace("update:", "# A comment.\nupdate:")
    path.write_text(old, encoding="utf-8")
    assert smoke()[0] == 0

    def bump(*words):
        command = [scripts / "hub-build", "bump", "--registry", registry, "--format", "json", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        (bump,) = json.loads(done.stdout)["bumps"]
        return bump

    dry = bump("--dry-run")
    assert path.read_text(encoding="utf-8") == old
    assert dry["status"] in ("trivial", "review"), dry
    assert bump() == dry
    new = path.read_text(encoding="utf-8")
    assert "# A comment.\n" in new
    assert f"version: {dry['to']}\n" in new
    assert "integrity: sha256-" in new
    assert (registry / "versions/time/2026.10.10.yaml").read_text(encoding="utf-8") == old
    assert json.loads((registry / "recorded/time.json").read_text(encoding="utf-8"))["version"] == dry["to"]
    checked = subprocess.run([scripts / "hub-build", "check", "--registry", registry], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    assert bump()["status"] == "current"


def test_a_database_server_meets_a_database_and_answers_from_it(registry, smoke):
    for path in (registry / "servers").iterdir():
        path.unlink()
    shutil.copy(ROOT / "registry/servers/dbhub.yaml", registry / "servers")
    code, tests = smoke()
    record = tests["dbhub"]["recorded"]
    if record["outcome"] == "untried":
        pytest.skip(record["reason"])
    assert code == 0, record
    assert [call["passed"] for call in record["calls"]] == [True, True]
