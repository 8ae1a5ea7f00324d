"""Every path and environment variable that the launcher reads, in one object."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from platformdirs import PlatformDirs

from hub_launch.errors import ExitCode, HubError

PUBLIC_REGISTRY = "https://mcp-hub-launch.github.io/registry"
"""Where the project publishes its registry; `--registry` or HUB_REGISTRY names another."""

SandboxMode = Literal["auto", "require", "off"]
"""`auto`: the strongest there is, even if it is none. `require`: none will not do. `off`: none."""

SANDBOX_MODES: tuple[SandboxMode, ...] = ("auto", "require", "off")

TOKEN_VARIABLE = "HUB_TOKEN"  # noqa: S105 (its name)
"""The token that the hub asks its clients for; for nobody else to see."""
LOCK_VARIABLE = "HUB_LOCK"
"""Where the lock is, instead of in the folder of the configuration."""


SESSIONS_VARIABLE = "HUB_SESSIONS"
"""Where sessions are shared with other hubs, with a password as a rule; for nobody else to see."""


@dataclass(frozen=True)
class Containers:
    """How this machine's container engine is called. The user's alone: no entry has a say in it."""

    engine: str = ""
    """HUB_CONTAINER_ENGINE: a program's name or absolute path; empty: docker, else podman."""
    options: str = ""
    """HUB_CONTAINER_OPTIONS: words for every call of the engine, e.g. `--storage-driver=vfs`."""
    run_options: str = ""
    """HUB_CONTAINER_RUN_OPTIONS: words for its `run`, after the launcher's own, e.g. `--runtime=runsc`."""

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> "Containers":
        """What `environ` says."""
        names = ("HUB_CONTAINER_ENGINE", "HUB_CONTAINER_OPTIONS", "HUB_CONTAINER_RUN_OPTIONS")
        return cls(*(environ.get(name, "").strip() for name in names))


@dataclass(frozen=True)
class Settings:
    """Where things are. Example paths are for Linux."""

    registry: str
    """HUB_REGISTRY: a folder, file:// or http(s):// address of a built registry, or the name of one that was added.
    Empty: all that were added, and the built-in one."""
    cache_dir: Path
    """HUB_CACHE_DIR, else ~/.cache/hub-launch: downloaded indexes and documents, installed packages; safe to
    delete."""
    state_dir: Path
    """HUB_STATE_DIR, else ~/.local/state/hub-launch: logs."""
    config_dir: Path
    """HUB_CONFIG_DIR, else ~/.config/hub-launch: the registries that were added, and their roots."""
    lock: Path | None = None
    """HUB_LOCK: the lock, in the place of the user's own."""
    root: Path | None = None
    """HUB_ROOT: the root that `registry` is checked with."""
    unsigned: bool = False
    """HUB_UNSIGNED, if not empty: `registry` need not be signed."""
    sandbox: SandboxMode = "auto"
    """HUB_SANDBOX: how servers are shut in. `require`: or they are not started. `off`: not at all."""
    containers: Containers = field(default_factory=Containers)
    """How images are started."""

    @property
    def packages_dir(self) -> Path:
        """Installed npm and PyPI packages; what is removed is installed again."""
        return self.cache_dir / "packages"

    @property
    def overlay_dir(self) -> Path:
        """Entries of the user's own, e.g. ~/.config/hub-launch/overlay/servers/mine.yaml."""
        return self.config_dir / "overlay"

    @property
    def log_dir(self) -> Path:
        """One log per server, e.g. ~/.local/state/hub-launch/logs/time.log."""
        return self.state_dir / "logs"

    @property
    def audit_file(self) -> Path:
        """What was started and called, e.g. ~/.local/state/hub-launch/logs/audit.jsonl."""
        return self.log_dir / "audit.jsonl"

    @property
    def definitions_dir(self) -> Path:
        """What each server offered the last time, e.g. ~/.cache/hub-launch/definitions/."""
        return self.cache_dir / "definitions"

    @property
    def lock_path(self) -> Path:
        """What was agreed to, e.g. ~/.config/hub-launch/hub.lock."""
        return self.lock or self.config_dir / "hub.lock"

    @property
    def seal_path(self) -> Path:
        """The key that approvals are sealed with; not beside the lock, which may be shared."""
        return self.state_dir / "approvals.key"

    @property
    def homes_dir(self) -> Path:
        """One home folder per server that is shut in, e.g. ~/.local/state/hub-launch/homes/time/."""
        return self.state_dir / "homes"

    @property
    def pinned_dir(self) -> Path:
        """The tools that servers were agreed to have, e.g. ~/.local/state/hub-launch/tools/. Another lock may say
        something else of a server of the same id, and has a folder of its own there.
        """
        usual, lock = self.config_dir / "hub.lock", self.lock_path
        if lock.absolute() == usual.absolute():
            return self.state_dir / "tools"
        return self.state_dir / "tools" / sha256(os.fsencode(lock.absolute())).hexdigest()[:16]

    @property
    def control_dir(self) -> Path:
        """Where running hubs listen for their user's commands, e.g. ~/.local/state/hub-launch/hubs/8080.sock."""
        return self.state_dir / "hubs"

    @property
    def work_dir(self) -> Path:
        """One folder per server to start in, e.g. ~/.local/state/hub-launch/work/time/."""
        return self.state_dir / "work"

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that `environ` and this machine's conventions give."""
        folders = PlatformDirs("hub-launch", appauthor=False)
        return cls(
            registry=environ.get("HUB_REGISTRY", ""),
            cache_dir=Path(environ.get("HUB_CACHE_DIR") or folders.user_cache_dir),
            state_dir=Path(environ.get("HUB_STATE_DIR") or folders.user_state_dir),
            config_dir=Path(environ.get("HUB_CONFIG_DIR") or folders.user_config_dir),
            lock=Path(environ[LOCK_VARIABLE]) if environ.get(LOCK_VARIABLE) else None,
            root=Path(environ["HUB_ROOT"]) if environ.get("HUB_ROOT") else None,
            unsigned=bool(environ.get("HUB_UNSIGNED")),
            sandbox=_sandbox(environ.get("HUB_SANDBOX", "")),
            containers=Containers.load(environ),
        )


def _sandbox(text: str) -> SandboxMode:
    if text in SANDBOX_MODES:
        return text
    if not text:
        return "auto"
    raise HubError(f"HUB_SANDBOX is {text!r}", f"it can be {', '.join(SANDBOX_MODES)}", ExitCode.USAGE)


def default_registry() -> str:
    """The built site of the checkout this launcher is installed from, else the public registry.

    Looked up from this file and never from the working folder: standing in a stranger's checkout must not
    mean running the stranger's registry.
    """
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "registry" / "servers").is_dir():
        return str(checkout / "site")
    return PUBLIC_REGISTRY


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder of a server's own, where there is none. Raises HubError, on a full disk say."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise HubError(
            f"its folder {path} cannot be made: {error.strerror or error}",
            "make room there, or have HUB_STATE_DIR name another folder",
        ) from error
