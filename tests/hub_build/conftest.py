"""A registry in a temporary folder, and a valid entry to vary."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import settings

from hub_build.changes import check_changes, read_branch
from hub_build.registry import read_registry
from hub_launch.catalog.recorded import tools_digest

# No test may fail because a machine is slow.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def entry_document(id_="weather", **changes):
    """A valid entry as plain values; a change to `...` removes the key."""
    document = {
        "id": id_,
        "name": f"io.github.example/{id_}",
        "title": "Weather",
        "description": "Forecasts for any place.",
        "version": "1.4.0",
        "published": "2026-11-21",
        "license": "MIT",
        "repository": {"url": f"https://github.com/example/{id_}", "source": "github"},
        "maintainers": ["example"],
        "categories": ["data"],
        "packages": [
            {
                "registryType": "npm",
                "identifier": f"@example/{id_}",
                "version": "1.4.0",
                "integrity": f"sha512-{'A' * 86}==",
                "transport": {"type": "stdio"},
            }
        ],
    } | changes
    return {key: value for key, value in document.items() if value is not ...}


class RegistryFolder:
    """A registry on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "servers").mkdir(parents=True)
        (folder / "openapi").mkdir()

    def add(self, id_="weather", **changes):
        return self.write(f"servers/{id_}.yaml", yaml.safe_dump(entry_document(id_, **changes), sort_keys=False))

    def add_version(self, id_="weather", version="1.3.0", **changes):
        (self.folder / "versions" / id_).mkdir(parents=True, exist_ok=True)
        document = entry_document(id_, **{"version": version, "published": "2026-01-02"} | changes)
        return self.write(f"versions/{id_}/{version}.yaml", yaml.safe_dump(document, sort_keys=False))

    def prove(self, id_="weather"):
        (self.folder / "proofs").mkdir(exist_ok=True)
        packages = [{"registryType": "npm", "identifier": f"@example/{id_}"}]
        proof = {"id": id_, "name": f"io.github.example/{id_}", "packages": packages, "date": "2026-11-20"}
        return self.write(f"proofs/{id_}.json", json.dumps(proof))

    def record(self, id_="weather", tools=("forecast",), **changes):
        (self.folder / "recorded").mkdir(exist_ok=True)
        definitions = [{"name": name, "inputSchema": {"type": "object"}} for name in tools]
        document = {"id": id_, "version": "1.4.0", "outcome": "passed", "date": "2026-11-20", "tools": definitions}
        document |= {"toolsSha256": tools_digest(definitions)} | changes
        return self.write(f"recorded/{id_}.json", json.dumps(document))

    def write(self, path, text):
        (self.folder / path).write_text(text, encoding="utf-8")
        return self.folder / path


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """What is remembered between runs of a test stays in it."""
    monkeypatch.setenv("HUB_BUILD_CACHE_DIR", str(tmp_path / "hub-build-cache"))


class Checkout:
    """A git repository with a registry, and how to ask what it changed."""

    def __init__(self, registry):
        self.registry = registry
        self.root = registry.folder.parent
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words):
        identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com"}
        identity |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com"}
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.root), *words]
        done = subprocess.run(command, env=os.environ | identity | nobody, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, branch="change"):
        """What is on disk becomes the base; what follows is on `branch`."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "base")
        self.git("switch", "--quiet", "--force-create", branch)

    def branch(self, base="main", author=""):
        return read_branch(self.registry.folder, read_registry(self.registry.folder), base, author, "2026-11-21")

    def findings(self, author=""):
        return check_changes(self.branch(author=author))

    def rules(self, author=""):
        return [(finding.severity.name, finding.rule) for finding in self.findings(author)]


@pytest.fixture
def document():
    return entry_document


@pytest.fixture(scope="session")
def make_registry():
    """For fixtures that live longer than one test."""
    return RegistryFolder


@pytest.fixture
def registry(tmp_path):
    return RegistryFolder(tmp_path / "registry")


@pytest.fixture
def make_checkout(registry):
    """Makes the temporary registry a git checkout, with what is in it as the base."""

    def make():
        checkout = Checkout(registry)
        checkout.commit()
        return checkout

    return make
