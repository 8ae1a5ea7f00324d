"""Which entries a branch touches, as git sees it."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from hub_build.registry import Registry
from hub_launch.errors import ExitCode, HubError

# Where a branch usually comes from: CI has the second alone.
USUAL_BASES = ("main", "origin/main")

# Git answers at once; one that waits for a password or a lock must not hold up a workflow.
_GIT_SECONDS = 60


def touched_ids(registry: Registry, folder: Path, base: str | None = None) -> list[str]:
    """The ids of entries whose file, or OpenAPI document, differs from where the branch left `base`.

    Files that are not committed yet count. Entries that are gone have nothing to start. Raises HubError without git,
    outside of a repository, and for a base that is not there.
    """
    start = _merge_base(folder, base)
    names = [
        *_git(folder, "diff", "--name-only", "-z", "--relative", start, "--", ".").split("\0"),
        *_git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".").split("\0"),
    ]
    return ids_of(registry, folder, filter(None, names))


def ids_of(registry: Registry, folder: Path, names: Iterable[str]) -> list[str]:
    """The ids of the entries that the files `names`, relative to the registry's `folder`, are about."""
    paths = {(folder / name).resolve() for name in names}
    specs = {path.name for path in paths if path.parent == (folder / "openapi").resolve()}
    touched = []
    for source in registry.sources:
        openapi = source.entry.openapi if source.entry else None
        if source.path.resolve() in paths or (openapi and openapi.file in specs):
            touched.append(source.text("id"))
    return sorted(filter(None, touched))


def _merge_base(folder: Path, base: str | None) -> str:
    bases = [base] if base else USUAL_BASES
    for name in bases:
        found = _run(folder, "merge-base", "--end-of-options", name, "HEAD")
        if found.returncode == 0:
            return found.stdout.strip()
    raise HubError(
        f"git knows no common commit of this branch and {' or '.join(bases)}",
        "name another with --base REF; a shallow clone needs `git fetch --unshallow`",
        ExitCode.USAGE,
    )


def _git(folder: Path, *words: str) -> str:
    done = _run(folder, *words)
    if done.returncode:
        raise HubError(f"git {words[0]} failed: {done.stderr.strip()}", "is this a checkout?", ExitCode.USAGE)
    return done.stdout


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", *words],  # noqa: S607  the git of whoever runs this
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HubError(f"git cannot be run: {error}", "install git, or name the entries") from error
