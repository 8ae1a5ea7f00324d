"""`docker` as the documentation has it, which is Podman here, with what it needs inside of another container."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Podman
from tests.e2e.base_image import CERTIFICATES, PACKAGES

BASE, IMAGE = "localhost/base:1", "localhost/mcp-hub-launch"
# A build installs ninety packages, on a machine that may have other things to do.
SECONDS = 900

_CERTIFIED = {"SSL_CERT_FILE": CERTIFICATES, "NODE_EXTRA_CA_CERTS": CERTIFICATES}
# Its first word decides what is added to the others. Health checks are kept in images of Docker's form alone.
_SHIM = """#!/bin/sh
word="$1"; [ $# = 0 ] || shift
case "$word" in
  build) set -- --format=docker --layers=false --network=none {limits} \\
    --volume {packages}:{place}:ro --build-arg BASE={base} "$@" ;;
  run) set -- {limits} {certified} "$@" ;;
  compose) [ "$1" = --file ] || exit 2
    file="$2"; shift 2
    exec podman-compose --podman-path "$0" --in-pod=false --file "$file" --file "{override}" "$@" ;;
esac
exec {podman} "$word" "$@"
"""
_OVERRIDE = """services:
  hub:
    environment: {{SSL_CERT_FILE: {file}, NODE_EXTRA_CA_CERTS: {file}}}
    volumes: ["{file}:{file}:ro"]
    ulimits: {{nofile: 1024, nproc: 1000}}
  registry:
    ulimits: {{nofile: 1024, nproc: 1000}}
"""


@dataclass(frozen=True)
class Engine:
    """An engine with a store of its own. folder: with a program `docker`."""

    folder: Path

    def call(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [str(self.folder / "bin/docker"), *map(str, words)]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=SECONDS)

    def said(self, *words: str | Path) -> str:
        """What a call that went well printed."""
        done = self.call(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    @property
    def path(self) -> str:
        """PATH with `docker`."""
        return os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])


def make_engine(folder: Path, podman: Podman, packages: Path) -> Engine:
    """packages: the folder with what pip installs while an image is built."""
    (folder / "bin").mkdir()
    (folder / "override.yaml").write_text(_OVERRIDE.format(file=CERTIFICATES))
    certified = " ".join(f"--env {name}={path}" for name, path in _CERTIFIED.items())
    text = _SHIM.format(
        limits=podman.environ["HUB_CONTAINER_RUN_OPTIONS"],
        certified=f"--volume {CERTIFICATES}:{CERTIFICATES}:ro {certified}",
        packages=packages, place=PACKAGES, base=BASE, override=folder / "override.yaml",
        podman=" ".join([podman.program, *_layered(folder, podman)]),
    )  # fmt: skip
    (folder / "bin/docker").write_text(text)
    (folder / "bin/docker").chmod(0o755)
    return Engine(folder)


def _layered(folder: Path, podman: Podman) -> list[str]:
    """Layers over each other where the kernel has that here; else each container is a copy of half a gigabyte."""
    others = [word for word in podman.options if word.startswith(("--cgroup-manager", "--runtime"))]
    words: list[str] = []
    for driver in ("overlay", "vfs"):
        places = ["--root", str(folder / driver), "--runroot", str(folder / "run")]
        words = [*places, f"--storage-driver={driver}", *others]
        if subprocess.run([podman.program, *words, "info"], capture_output=True, check=False).returncode == 0:
            break
        shutil.rmtree(folder / "run", ignore_errors=True)
    return words
