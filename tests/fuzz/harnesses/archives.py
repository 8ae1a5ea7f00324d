"""Archives: nothing is written outside of the folder, and no links or devices into it."""

import contextlib
import io
import shutil
import zipfile

from tests.fuzz.pieces import folder

from hub_launch.install.unpack import UnsafeArchiveError, unpack


def packed(*names: str, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in names:
            archive.writestr(name, f"content of {name}")
    return file.getvalue()


SEEDS = [
    packed("manifest.json", "server/index.js", "server/"),
    packed("manifest.json", "a/b/c", method=zipfile.ZIP_DEFLATED),
    packed("A", "a"),
    packed("con", "é", "e\u0301"),
    packed(),
]
WORDS = ["../", "/", "..", "\\", "C:", "PK\x05\x06", "PK\x01\x02", "PK\x03\x04"]


def check(data: bytes) -> None:
    root = folder() / "archives"
    shutil.rmtree(root, ignore_errors=True)
    inside = root / "inside"
    inside.mkdir(parents=True)
    (root / "archive.zip").write_bytes(data)
    with contextlib.suppress(UnsafeArchiveError):
        unpack(root / "archive.zip", inside, "the bundle")
    assert sorted(path.name for path in root.iterdir()) == ["archive.zip", "inside"]
    for path in inside.rglob("*"):
        assert not path.is_symlink()
        assert path.is_dir() or path.is_file()
