"""What is unpacked of an archive, and what is not: each of these was made by somebody who hoped that it would be."""

import io
import stat
import struct
import zipfile

import pytest

from hub_launch.install import unpack as unpack_module
from hub_launch.install.unpack import UnsafeArchiveError, unpack


def member(name, mode=0o644, kind=stat.S_IFREG):
    info = zipfile.ZipInfo(name)
    # `zipfile` mends what it is given; archives are written by others.
    info.filename = name
    info.external_attr = (kind | mode) << 16
    return info


def archive_of(*members, compression=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for one, content in members:
            archive.writestr(one if isinstance(one, zipfile.ZipInfo) else member(one), content, compression)
    return data.getvalue()


@pytest.fixture
def unpacked(tmp_path):
    def run(data):
        (tmp_path / "a.zip").write_bytes(data)
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        unpack(tmp_path / "a.zip", folder, "demo")
        return folder

    return run


def test_files_and_folders_are_there_afterwards(unpacked):
    folder = unpacked(archive_of(("a.txt", "A"), ("deep/er/b.txt", "B"), (member("empty/", kind=stat.S_IFDIR), "")))
    assert (folder / "a.txt").read_text() + (folder / "deep/er/b.txt").read_text() == "AB"
    assert (folder / "empty").is_dir()


def test_what_can_be_run_stays_so_and_nothing_more(unpacked):
    folder = unpacked(archive_of((member("run", 0o4777), ""), (member("other", 0o666), "")))
    assert stat.S_IMODE((folder / "run").stat().st_mode) == 0o755
    assert stat.S_IMODE((folder / "other").stat().st_mode) == 0o644


def test_archives_of_systems_without_modes_are_taken(unpacked):
    info = member("a")
    info.external_attr, info.create_system = 0, 0
    assert (unpacked(archive_of((info, "A"))) / "a").read_text() == "A"


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "/evil",
        "//evil",
        "a//b",
        "./a",
        "C:/evil",
        "a\\..\\..\\evil",
        "a:stream",
        "a\x01b",
        "con",
        "a/NUL.txt",
        "aux ",
        "com1.js",
        "dot.",
        "x" * 256,
        "/".join(["d"] * 600),
    ],
)
def test_a_name_that_is_no_files_own_is_refused_and_nothing_is_written(unpacked, tmp_path, name):
    with pytest.raises(UnsafeArchiveError, match="demo is not unpacked"):
        unpacked(archive_of(("first", "1"), (name, "evil")))
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["a.zip", "out"]


def test_a_name_that_is_cut_at_its_nul_is_judged_as_it_is_in_the_archive(unpacked):
    data = archive_of(("aXb", "evil")).replace(b"aXb", b"a\0b")
    with pytest.raises(UnsafeArchiveError):
        unpacked(data)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK, stat.S_IFDIR])
def test_links_and_devices_are_refused(unpacked, kind):
    with pytest.raises(UnsafeArchiveError, match="is neither a file nor a folder"):
        unpacked(archive_of((member("link", 0o777, kind), "/etc/passwd")))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "a"),
        ("a", "A"),
        ("\u00e9", "e\u0301"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("D/x", "d/y"),
        ("stra\u00dfe", "STRASSE"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_that_some_file_system_takes_for_one_are_refused(unpacked, first, second):
    with pytest.raises(UnsafeArchiveError, match="twice"):
        unpacked(archive_of((first, "1"), (second, "2")))


def test_a_bomb_is_refused_by_what_it_says(unpacked, monkeypatch):
    monkeypatch.setattr(unpack_module, "MAX_BYTES", 1000)
    with pytest.raises(UnsafeArchiveError, match="more than 1,000 bytes"):
        unpacked(archive_of(("a", b"0" * 600), ("b", b"0" * 600)))


def test_a_bomb_that_lies_about_its_size_is_stopped(unpacked, tmp_path):
    data = archive_of(("bomb", b"0" * 5_000_000))
    # The size, in the file's own header and in the table of contents.
    lying = data.replace(struct.pack("<L", 5_000_000), struct.pack("<L", 10))
    with pytest.raises(UnsafeArchiveError):
        unpacked(lying)
    assert sum(path.stat().st_size for path in (tmp_path / "out").iterdir()) <= 10


def test_too_many_files_are_refused(unpacked, monkeypatch):
    monkeypatch.setattr(unpack_module, "MAX_FILES", 3)
    with pytest.raises(UnsafeArchiveError, match="more than 3 files"):
        unpacked(archive_of(*((str(number), "") for number in range(4))))


def test_a_table_of_contents_that_would_fill_the_memory_is_not_read(unpacked, monkeypatch):
    monkeypatch.setattr(unpack_module, "MAX_CONTENTS", 100)
    with pytest.raises(UnsafeArchiveError, match="larger than bundles are"):
        unpacked(archive_of(("a" * 50, ""), ("b" * 50, "")))


def test_one_with_tables_for_larger_archives_is_refused(unpacked):
    data = archive_of(("a", "A"))
    at = data.index(b"PK\x05\x06")
    with pytest.raises(UnsafeArchiveError, match="larger than bundles are"):
        unpacked(data[:at] + b"PK\x06\x07" + bytes(16) + data[at:])


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"not a zip", archive_of(("a", "A"))[:-10], b"\0" * 5000])
def test_what_is_no_archive_is_no_accident(unpacked, data):
    with pytest.raises(UnsafeArchiveError):
        unpacked(data)


def test_a_file_that_is_not_what_its_checksum_says_is_refused(unpacked):
    data = archive_of(("a", "the content"), compression=zipfile.ZIP_STORED).replace(b"the content", b"new content")
    with pytest.raises(UnsafeArchiveError, match="CRC"):
        unpacked(data)


def test_an_encrypted_one_is_refused(unpacked):
    data = bytearray(archive_of(("a", "A")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(UnsafeArchiveError, match="is encrypted"):
        unpacked(bytes(data))


def test_a_signature_behind_the_archive_changes_nothing(unpacked):
    data = bytearray(archive_of(("a", "A")))
    signature = b"MCPB_SIG_V1" + bytes(500) + b"MCPB_SIG_END"
    data[-2:] = struct.pack("<H", len(signature))
    assert (unpacked(bytes(data) + signature) / "a").read_text() == "A"


def test_a_name_of_which_nothing_is_left_is_refused(unpacked):
    # `zipfile` cuts a name at its NUL character.
    broken = archive_of(("xyz", "A")).replace(b"xyz", b"\0yz")
    with pytest.raises(UnsafeArchiveError, match="has a character that no file's name has"):
        unpacked(broken)
