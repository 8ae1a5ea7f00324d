"""A container engine, and an image with a small MCP server in it: what tests of both halves of the project start."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# One that does not end would hold up the whole run; each takes about half a second.
ENGINE_SECONDS = 60

# An MCP server for a shell that has nothing but busybox. Its one tool says what it was sent.
SERVER = r"""#!/bin/sh
answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
text() { answer '"result":{"content":[{"type":"text","text":"'"$1"'"}],"isError":false}'; }
while read -r line; do
  id=$(echo "$line" | sed -n 's/.*"id": *\([0-9][0-9]*\|"[^"]*"\).*/\1/p')
  case "$line" in
    *'"method":"initialize"'*)
      info='"capabilities":{"tools":{}},"serverInfo":{"name":"box","version":"1"}'
      answer '"result":{"protocolVersion":"2025-06-18",'"$info"'}' ;;
    *'"method":"tools/list"'*) answer '"result":{"tools":[{"name":"box","inputSchema":{"type":"object"}}]}' ;;
    *'"method":"tools/call"'*) text "from the box: $GREETING" ;;
    *'"method":"notifications/'*) ;;
    *) [ -z "$id" ] || answer '"error":{"code":-32601,"message":"Method not found"}' ;;
  esac
done
"""

_PROGRAMS = "awk cat chmod cp dd env grep head id kill ls mkdir nc ping rm sed sh sleep tail touch wget".split()


@dataclass(frozen=True)
class Podman:
    """An engine with a store of its own. environ: how the launcher is told to use it."""

    program: str
    options: tuple[str, ...]
    image: str
    """The image with the server, by its digest; nothing has to be fetched."""
    environ: dict[str, str]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [self.program, *self.options, *words], capture_output=True, text=True, timeout=ENGINE_SECONDS
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def names(self) -> list[str]:
        """The containers there are, running or not."""
        return self.run("ps", "--all", "--format", "{{.Names}}").split()


# What tests need beside the engine's own words: containers in containers have no others.
_ULIMITS = "--ulimit nofile=1024:1024 --ulimit nproc=1000:1000"


@pytest.fixture(scope="session")
def podman() -> Iterator[Podman]:
    """Podman as it runs nearly everywhere; where it does not, what needs it is skipped and says why."""
    program, busybox = shutil.which("podman"), shutil.which("busybox")
    if not program or not busybox:
        pytest.skip("Podman and a static busybox are not installed (apt-get install podman catatonit busybox-static)")
    # Podman wants short paths for its sockets, and those of tests are long.
    folder = Path(tempfile.mkdtemp(prefix="podman-"))
    options = (
        *("--root", str(folder / "store"), "--runroot", str(folder / "run"), "--storage-driver=vfs"),
        *("--cgroup-manager=cgroupfs", *(["--runtime=runc"] if shutil.which("runc", path=_path()) else [])),
    )
    engine = Podman(program, options, "", {})
    try:
        image = _import(engine, _root(folder, Path(busybox)))
        limits = f"--init --network none --pids-limit 64 --memory 64m {_ULIMITS}".split()
        said = engine.run("run", "--rm", *limits, image, "id")
    except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"Podman does not run here: {error}")
    assert "uid=0" in said
    environ = {
        "HUB_CONTAINER_ENGINE": program,
        "HUB_CONTAINER_OPTIONS": " ".join(options),
        "HUB_CONTAINER_RUN_OPTIONS": _ULIMITS,
    }
    engine = Podman(program, options, image, environ)
    yield engine
    engine.run("rm", "--all", "--force", "--time", "0")
    shutil.rmtree(folder, ignore_errors=True)


def _path() -> str:
    # Of administrators, where Debian has runc.
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _root(folder: Path, busybox: Path) -> Path:
    root = folder / "root"
    for name in ("bin", "dev", "etc", "proc", "sys", "tmp"):
        (root / name).mkdir(parents=True)
    shutil.copy(busybox, root / "bin/busybox")
    for name in _PROGRAMS:
        (root / "bin" / name).symlink_to("busybox")
    (root / "bin/server").write_text(SERVER, encoding="utf-8")
    (root / "bin/server").chmod(0o755)
    return root


def _import(engine: Podman, root: Path) -> str:
    archive = shutil.make_archive(str(root), "tar", root)
    engine.run("import", "--change", 'CMD ["/bin/server"]', archive, "localhost/box:1")
    return f"localhost/box@{engine.run('image', 'inspect', '--format', '{{.Digest}}', 'localhost/box:1')}"
