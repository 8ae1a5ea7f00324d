"""Git: a repository with two commits in the server's own folder."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hub_build.smoke.services.service import MissingServiceError, program

_NAME = "repository"
# Writing two small files.
_SECONDS = 10
# The same everywhere, so that commits have the same hashes; nothing of the user's configuration.
_SAME = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (
    ("NAME", "Ada Lovelace"),
    ("EMAIL", "ada@example.com"),
    ("DATE", "2026-01-01T00:00:00Z"),
)} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}  # fmt: skip
_COMMITS = (("README.md", "# Books\n", "Say what this is about"), ("books.txt", "Dracula\n", "Add the first book"))


@contextmanager
def start(folder: Path) -> Iterator[Mapping[str, str]]:
    """See `service.Start`."""
    repository = folder / _NAME
    _git(folder, "init", "--quiet", "--initial-branch=main", _NAME)
    # A server that commits needs a name for it, and sees no configuration of the user's.
    _git(repository, "config", "user.name", "Ada Lovelace")
    _git(repository, "config", "user.email", "ada@example.com")
    for name, text, message in _COMMITS:
        (repository / name).write_text(text, encoding="utf-8")
        _git(repository, "add", name)
        _git(repository, "commit", "--quiet", "--message", message)
    yield {"folder": str(repository)}


def _git(folder: Path, *words: str) -> None:
    done = subprocess.run(
        [program("git", "git"), *words], cwd=folder, env=os.environ | _SAME, capture_output=True, timeout=_SECONDS
    )
    if done.returncode:
        raise MissingServiceError(f"git {words[0]} failed: {done.stderr.decode(errors='replace').strip()}")
