"""The prose, built by mkdocs-material: not again while neither it nor what builds it changes.

Zensical, mkdocs-material's successor, reads the same configuration: no plug-in and no hook takes part.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version as release
from pathlib import Path

from hub_build.pages.source import Source
from hub_launch.errors import ExitCode, HubError

FOLDER = "docs/"
# The page that stands for all others. It is filled, and not published.
SHELL = "shell/index.html"

# What decides, besides our files, which bytes are built.
_BUILDERS = ("mkdocs", "mkdocs-material", "Markdown", "pymdown-extensions", "Jinja2", "Pygments")
# Of a few branches that are worked on in turns; each has 4 MB.
MAX_BUILT = 4
_PREFIX = "prose-"

# Stemmers for languages that this prose is not in, and maps for who changes the theme's own programs: half of all
# files. The sitemap is our own, and has the day on which it was made.
_UNUSED = ("sitemap.xml", "sitemap.xml.gz", "404.html", "assets/javascripts/lunr/", "assets/images/favicon.png", SHELL)


def build_prose(source: Source, memory: Path) -> dict[str, bytes]:
    """Every file that mkdocs makes, by its path below FOLDER. memory: where builds are kept.

    Raises HubError with what mkdocs said; a warning fails too.
    """
    built = memory / f"{_PREFIX}{_key(source)}"
    if not built.is_dir():
        _build(source, built)
        _remove_oldest(memory)
    os.utime(built)
    return {
        path.relative_to(built).as_posix(): path.read_bytes() for path in sorted(built.rglob("*")) if path.is_file()
    }


def published(prose: dict[str, bytes]) -> dict[str, bytes]:
    """Those of the files that the site has, by their paths in it."""
    return {FOLDER + path: data for path, data in prose.items() if not path.startswith(_UNUSED) and path[-4:] != ".map"}


def _key(source: Source) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for builder in _BUILDERS:
        digest.update(f"{builder} {release(builder)}\0".encode())
    for path in _files(source):
        digest.update(f"{path.relative_to(source.root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(source: Source) -> Iterator[Path]:
    yield source.config
    for folder in source.prose:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _build(source: Source, target: Path) -> None:
    """Build into a folder of its own and move it to `target` in one step: another build may do the same."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=target.parent) as folder:
        done = Path(folder, "built")
        # Not quietly: then mkdocs counts no warning, and lets it pass.
        options = ["--strict", "-f", str(source.config), "-d", str(done)]
        # An advertisement for the next major version, and a day in which nothing of ours is.
        environ = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0"}
        ended = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", *options],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            lines = f"{ended.stdout}\n{ended.stderr}".splitlines()
            said = "\n".join(line for line in lines if line.strip() and not line.startswith("INFO"))
            hint = "the lines above are mkdocs'; a warning counts as an error"
            raise HubError(f"the prose in {source.config} cannot be built:\n{said}", hint, ExitCode.FAILED)
        # Unless another build was first, whose result is the same.
        with contextlib.suppress(OSError):
            done.rename(target)
    if not target.is_dir():
        raise HubError(f"{target} cannot be written", "free space, or set HUB_BUILD_CACHE_DIR", ExitCode.FAILED)


def _remove_oldest(memory: Path) -> None:
    built = [path for path in memory.glob(f"{_PREFIX}*") if (path / SHELL).is_file()]
    for path in sorted(built, key=lambda path: path.stat().st_mtime, reverse=True)[MAX_BUILT:]:
        shutil.rmtree(path, ignore_errors=True)
