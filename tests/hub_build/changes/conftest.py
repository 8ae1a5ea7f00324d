"""A registry in a git checkout: what is committed on `main` is the base, what is on disk is the branch."""

import os
import subprocess

import pytest

from hub_build.changes import check_changes, read_branch
from hub_build.registry import read_registry

TODAY = "2026-11-21"


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
        return read_branch(self.registry.folder, read_registry(self.registry.folder), base, author, TODAY)

    def findings(self, author=""):
        return check_changes(self.branch(author=author))

    def rules(self, author=""):
        return [(finding.severity.name, finding.rule) for finding in self.findings(author)]


@pytest.fixture
def checkout(registry, monkeypatch):
    """A base with the server `weather`, version 1.4.0, that `example` maintains, and an earlier version."""
    checkout = Checkout(registry)
    monkeypatch.chdir(checkout.root)
    registry.add("weather")
    registry.add_version("weather", "1.3.0")
    checkout.commit()
    return checkout
