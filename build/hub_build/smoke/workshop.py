"""Where smoke tests run: a temporary folder, a registry built for the occasion, and nothing of the user's."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hub_build.compile import Compiled, compile_registry
from hub_build.outputs import render
from hub_build.write import write_site
from hub_launch.catalog import Entry
from hub_launch.judge.registry import Registry
from hub_launch.plan import Context
from hub_launch.plan.context import RUNNER_PREFIXES
from hub_launch.plan.engine import engine_variables
from hub_launch.settings import Settings

# Servers put time zone and language into descriptions; a record must not depend on whose machine made it.
_SAME_EVERYWHERE = {"TZ": "UTC", "LANG": "C.UTF-8"}

# For servers that are given a folder to work in.
README = "# README\n\nA folder for a smoke test.\n"


@dataclass(frozen=True, slots=True)
class Workshop:
    """The surroundings of all tests of one run."""

    root: Path
    """Temporary; removed after the run."""
    packages: Path
    """Installed packages, kept: the launcher's own cache."""
    entries: Mapping[str, Entry]
    """As they are published, by id."""
    environ: Mapping[str, str]

    @property
    def site(self) -> Path:
        """The registry as users will read it."""
        return self.root / "site"

    def folder(self, server: str) -> Path:
        """Where the server works: the folder it starts in, and the one that its relative paths are below."""
        return self.root / "work" / server

    def home(self, server: str) -> Path:
        """The server's home."""
        return self.root / "home" / server

    def log(self, server: str) -> Path:
        """What the server writes to standard error."""
        return self.root / "logs" / f"{server}.log"

    def furnished(self, server: str, files: Mapping[str, str] | None = None) -> Path:
        """The server's folder, made and with a file in it, and those of its entry."""
        folder = self.folder(server)
        for name, text in {"README.md": README, **(files or {})}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    def context(self, server: str) -> Context:
        """The machine as the planner sees it for `server`, whose folder is made."""
        folder = self.folder(server)
        folder.mkdir(parents=True, exist_ok=True)
        machine = Context.of_this_machine(lambda sha256: self.site / "specs" / f"{sha256}.json", folder.parent)
        return replace(machine, environ=self.environ, cwd=folder)


@contextlib.contextmanager
def workshop(registry: Registry, packages: Path | None = None) -> Iterator[Workshop]:
    """Surroundings for the entries of `registry`. Raises HubError if it cannot be compiled.

    packages: where packages are installed; the launcher's cache when absent.
    """
    with tempfile.TemporaryDirectory(prefix="hub-smoke-", ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        compiled = compile_registry(registry)
        _publish(compiled, root / "site")
        entries = {document.entry.id: document.entry for document in compiled.documents}
        cache = packages or Settings.load().packages_dir
        yield Workshop(root, cache.resolve(), entries, _environment(root / "site"))


def _publish(compiled: Compiled, site: Path) -> None:
    if compiled.documents:
        write_site(site, render(compiled))


def _environment(site: Path) -> dict[str, str]:
    """What programs need, and how npm, uv and the container engine are configured.

    No other variable: there may be credentials among them.
    """
    machine = Context.of_this_machine(lambda sha256: site, site)
    usual = {name: value for name, value in machine.environment().items() if not name.startswith(("LC_", "LANG"))}
    runners = {name: value for name, value in os.environ.items() if name.startswith(RUNNER_PREFIXES)}
    engine = engine_variables(os.environ)
    return {**usual, **runners, **engine, **_SAME_EVERYWHERE, "HUB_REGISTRY": str(site)}
