"""A registry in a temporary folder and in git, and a valid entry to vary."""

import os
import subprocess

import pytest

from hub_build.changes import check_changes, read_branch
from hub_launch.judge.registry import read_registry


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
def document(make_registry):
    return make_registry.document


@pytest.fixture
def registry(tmp_path, make_registry):
    return make_registry(tmp_path / "registry")


@pytest.fixture
def make_checkout(registry):
    """Makes the temporary registry a git checkout, with what is in it as the base."""

    def make():
        checkout = Checkout(registry)
        checkout.commit()
        return checkout

    return make
