"""The `git` program, asked about a checkout. Reads only, and runs nothing that the checkout brings."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hub_build.changes.branch import Kind
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.findings import quoted
from hub_launch.text import printable

# Comparing the largest checkouts takes seconds; one that takes longer waits for something that will not come.
MAX_SECONDS = 120
# What a branch is compared with when nobody says: where the pull request would go.
BASES = ("origin/main", "main", "origin/master", "master")

_KINDS = {"A": Kind.ADDED, "D": Kind.REMOVED}
_SHALLOW = "fetch more of its history: `git fetch --unshallow`"


@dataclass(frozen=True, slots=True)
class Git:
    """One checkout. root: its top folder, absolute."""

    root: Path

    @classmethod
    def of(cls, folder: Path) -> "Git":
        """The checkout that `folder` is in. Raises HubError if it is in none, or git is missing."""
        answer = _run(folder, "rev-parse", "--show-toplevel")
        if answer.returncode != 0:
            raise HubError(
                f"{folder} is in no git checkout, so there is nothing to compare with",
                "without --changed, files are checked as they are",
                ExitCode.USAGE,
            )
        return cls(Path(os.fsdecode(answer.stdout.rstrip(b"\r\n"))).resolve())

    def merge_base(self, ref: str | None) -> str:
        """The commit where this branch left `ref`, or the usual base. Raises HubError if there is none."""
        wanted = next(filter(self._commit, BASES), None) if ref is None else ref
        if wanted is None:
            raise HubError(f"none of {', '.join(BASES)} is here to compare with", "name one: --base REF")
        commit = self._commit(wanted)
        if not commit:
            hint = "fetch it: `git fetch origin`; branches of a remote are called origin/<branch>"
            raise HubError(f"git knows no {quoted(wanted)}", hint, ExitCode.USAGE)
        answer = _run(self.root, "merge-base", "HEAD", commit)
        if answer.returncode != 0:
            raise HubError(f"this branch and {quoted(wanted)} have no commit in common here", _SHALLOW)
        return answer.stdout.decode().strip()

    def changed(self, commit: str, untracked: str) -> list[tuple[Kind, str]]:
        """What differs from `commit` in the working tree, and new files below `untracked`: paths from the top."""
        words = self._asked("diff", "--name-status", "--no-renames", "--no-ext-diff", "-z", commit, "--").split(b"\0")
        pairs = zip(words[0:-1:2], words[1::2], strict=True)
        found = [(_KINDS.get(status.decode(), Kind.EDITED), os.fsdecode(path)) for status, path in pairs]
        new = self._asked("ls-files", "--others", "--exclude-standard", "-z", "--", untracked).split(b"\0")[:-1]
        return sorted([*found, *((Kind.ADDED, os.fsdecode(path)) for path in new)], key=lambda one: one[1])

    def content(self, commit: str, path: str) -> bytes | None:
        """The file as `commit` has it; None if it has none."""
        answer = _run(self.root, "cat-file", "blob", f"{commit}:{path}")
        return answer.stdout if answer.returncode == 0 else None

    def _commit(self, ref: str) -> str:
        answer = _run(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        return answer.stdout.decode().strip() if answer.returncode == 0 else ""

    def _asked(self, *words: str) -> bytes:
        answer = _run(self.root, *words)
        if answer.returncode != 0:
            told = printable(" ".join(answer.stderr.decode(errors="replace").split()))
            raise HubError(f"git {words[0]} failed in {self.root}", told)
        return answer.stdout


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    # No hooks and no file watcher: both are programs that a repository's configuration names.
    options = ("-c", "core.hooksPath=", "-c", "core.fsmonitor=false")
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    argv = ["git", *options, "-C", str(folder), *words]
    try:
        return subprocess.run(argv, env=environment, capture_output=True, timeout=MAX_SECONDS, check=False)
    except FileNotFoundError:
        raise HubError("git is not installed", "install it: changes are compared with git") from None
    except subprocess.TimeoutExpired:
        raise HubError(f"git {words[0]} did not end within {MAX_SECONDS} s in {folder}") from None
