"""What planning needs to know of this machine, passed in so that planning stays pure."""

import importlib.metadata
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import hub_launch.version
from hub_launch.errors import HubError
from hub_launch.programs import find_program, links_of
from hub_launch.settings import TOKEN_VARIABLE, Containers

# What a well-behaved program may expect anywhere; no variable of the user's own is among them.
_EVERY_CHILD = (
    "HOME LANG LANGUAGE LOGNAME PATH SHELL TERM TMPDIR TZ USER "
    # Windows: without these not even a socket can be opened.
    "APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA SYSTEMDRIVE SYSTEMROOT "
    "TEMP TMP USERNAME USERPROFILE"
).split()

# Behind a proxy or a company's certificate authority nothing is reached without these.
_NETWORK = [
    "ALL_PROXY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
]

# How the user configured npm and uv: mirrors, caches, tokens of private registries.
RUNNER_PREFIXES = ("npm_config_", "NPM_CONFIG_", "UV_")


@dataclass(frozen=True)
class Context:
    """This machine as seen by the planner."""

    environ: Mapping[str, str]
    cwd: Path
    python: str
    """The interpreter the launcher runs in."""
    which: Callable[[str], str | None]
    """Absolute path of a program, or None."""
    spec_path: Callable[[str], Path]
    """sha256 of an OpenAPI description shipped by the registry -> a local file with it."""
    work_dir: Path
    """Servers start in a folder of their own below this one. In the user's folder npx and uvx would obey a
    `.npmrc`, `node_modules` or `pyproject.toml` that somebody else put there."""
    python_programs: tuple[str, ...] = ()
    """What `python` and the launcher in it are made of; see StdioLaunch.programs."""
    containers: Containers = field(default_factory=Containers)
    """Which container engine the user wants, and how it is called."""
    user: str = ""
    """`<user id>:<group id>` of whoever runs the launcher; empty where there is no such thing."""
    installed: Callable[[str], str | None] = lambda package: None
    """The version of a PyPI package beside the launcher, or None; see `Module.in_process`."""

    @classmethod
    def of_this_machine(cls, spec_path: Callable[[str], Path], work_dir: Path, **extra: str) -> "Context":
        """The real one; `extra` are environment variables that entries of our own may declare."""
        return cls(
            environ={name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE} | extra,
            cwd=Path.cwd(),
            python=sys.executable,
            which=find_program,
            spec_path=spec_path,
            work_dir=work_dir,
            python_programs=own_programs(),
            containers=Containers.load(),
            user=_user(),
            installed=installed,
        )

    def runner(self, program: str, hint: str) -> str:
        """The absolute path of a package runner. Raises HubError with `hint` where it is missing."""
        path = self.which(program)
        if path is None:
            raise HubError(f"{program} is not installed", hint)
        return path

    def environment(self, *, runner: str = "") -> dict[str, str]:
        """What a child is given besides the variables its entry declares.

        runner: path of the package runner, if one starts the child. Its folder goes first on PATH, since a runner
        from a virtual environment finds its companions (node, say) only there, and its configuration is passed on.
        """
        names = [*_EVERY_CHILD, *_NETWORK, *(name for name in self.environ if name.startswith("LC_"))]
        if runner:
            names += [name for name in self.environ if name.startswith(RUNNER_PREFIXES)]
        env = {name: self.environ[name] for name in names if name in self.environ}
        if runner:
            env["PATH"] = os.pathsep.join([str(Path(runner).parent), env.get("PATH", os.defpath)])
        return env


def installed(package: str) -> str | None:
    """The version of the PyPI package in the environment that the launcher runs in, or None."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def own_programs() -> tuple[str, ...]:
    """The environment that the launcher runs in, the Python it was made from with the links that lead there, and the
    launcher, maybe elsewhere.
    """
    launcher = str(Path(hub_launch.__file__).parent)
    return tuple(dict.fromkeys([sys.prefix, sys.base_prefix, *links_of(Path(sys.executable)), launcher]))


def _user() -> str:
    if sys.platform == "win32":
        return ""
    return f"{os.getuid()}:{os.getgid()}"
