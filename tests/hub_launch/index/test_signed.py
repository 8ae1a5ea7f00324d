"""Section B of the threat model: hosts that lie, and a launcher that keeps what it knows."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from hub_launch.catalog import canonical_json
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.cache import Cache
from hub_launch.index.fetch import WebHost
from hub_launch.index.host import FolderHost
from hub_launch.index.kept import SignedSource
from hub_launch.index.registry import Registry
from hub_launch.index.source import StaleReason
from hub_launch.index.trust import check_root, verify

TIMESTAMP = "metadata/timestamp.json"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def serve(web, publisher):
    """Has the web server serve the publisher's files, and nothing else."""

    def run(**options):
        web.answers.clear()
        web.serve(publisher.files, **options)

    return run


@pytest.fixture
def opened(web, cache, publisher):
    """Opens the registry at the web server with nothing but the first root."""

    def run(url=None, root=None, seconds=20, **rest):
        url, root = url or web.url, root or publisher.root
        host = WebHost(url, seconds=seconds)
        return Registry(SignedSource(web.url, lambda: host, Cache(cache, web.url, root), root, **rest))

    return run


@pytest.fixture
def known(publisher, entry, serve, opened):
    """A registry that was read once: `time` was started from it, `git` never."""
    publisher.publish([entry("time"), entry("git")])
    serve()
    registry = opened()
    registry.entry(registry.resolve("time"))
    return registry


def ids(registry):
    return [row.id for row in registry.index.servers]


def kept(cache):
    return {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}


@pytest.fixture
def refused(opened, cache):
    """Opens the registry, which must be refused for `said`, and leave what was kept as it was."""

    def check(said, **rest):
        before = kept(cache)
        with pytest.raises(HubError) as caught:
            opened(**rest)
        assert caught.value.code == ExitCode.REGISTRY
        assert said in caught.value.message
        assert caught.value.hint or "bytes" in said
        assert kept(cache) == before
        return caught.value

    return check


# What holds


def test_a_fresh_machine_with_the_root_alone_reads_the_index_and_an_entry(publisher, entry, serve, opened, web):
    publisher.publish([entry("time")])
    serve()
    registry = opened()
    assert registry.entry(registry.resolve("time")) == entry("time")
    assert registry.notices == ()
    assert registry.stale is None
    assert [path.split("/")[1] for path in web.paths] == ["metadata"] * 4 + ["targets", "entries"]
    assert "/index.json" not in web.paths


def test_an_unchanged_registry_costs_two_requests_and_less_than_a_kilobyte(known, opened, serve, web):
    web.requests.clear()
    before = web.sent
    opened()
    assert web.paths == ["/metadata/2.root.json", "/metadata/timestamp.json"]
    assert web.sent - before <= 1024


def test_what_changed_is_fetched_and_nothing_else(known, publisher, entry, serve, opened, web):
    publisher.publish([entry("time"), entry("git", version="2.0.0")])
    serve()
    web.requests.clear()
    registry = opened()
    assert registry.resolve("git").version == "2.0.0"
    registry.entry(registry.resolve("time"))
    assert len(web.paths) == 5


def test_a_timestamp_that_was_signed_again_changes_nothing_else(known, publisher, serve, opened, web):
    publisher.refresh(days=1)
    serve()
    web.requests.clear()
    assert ids(opened()) == ["git", "time"]
    assert len(web.paths) == 2


def test_roots_that_rotated_twice_are_followed(known, publisher, entry, serve, opened, new_key):
    third, fourth = new_key(), new_key()
    old = publisher.root_keys
    publisher.rotate(add=[third], remove=[old[0]], signers=[old[1], old[2]], online=new_key())
    publisher.rotate(add=[fourth], remove=[old[1]], signers=[old[1], old[2], third])
    publisher.publish([entry("time"), entry("new")])
    serve()
    assert ids(opened()) == ["new", "time"]
    assert ids(opened()) == ["new", "time"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("root_history/1.root.json", "\ud800"), ("root_history/1.\0", "{}"), ("root_history/1./..", "{}")],
    ids=["half a character", "no name", "a folder"],
)
def test_a_damaged_proof_that_was_kept_is_read_anew(known, cache, opened, name, text):
    path = next(cache.rglob("state.json"))
    document = json.loads(path.read_bytes())
    document["metadata"][name] = text
    path.write_text(json.dumps(document))
    assert ids(opened()) == ["git", "time"]


def test_without_room_for_temporary_files_it_is_said_where_they_go(publisher, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    for ask in (
        lambda: verify(FolderHost(tmp_path), "https://r.example", publisher.root, {}),
        lambda: check_root(publisher.root, "root.json"),
    ):
        with pytest.raises(HubError, match="No such file or directory") as caught:
            ask()
        assert "TMPDIR" in caught.value.hint


def test_a_signed_folder_is_checked_as_a_host_is(publisher, entry, tmp_path, cache):
    folder = tmp_path / "medium"
    for path, data in publisher.publish([entry("time")]).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)

    def read():
        source = SignedSource(
            str(folder), lambda: FolderHost(folder), Cache(cache, "x", publisher.root), publisher.root
        )
        return Registry(source)

    assert ids(read()) == ["time"]
    (folder / TIMESTAMP).write_bytes(b"{}")
    with pytest.raises(HubError, match="is not what its keys signed"):
        read()


# Forgery and rollback: refused, whatever is kept


def test_a_signature_of_a_stranger_is_refused(known, publisher, serve, refused, new_key):
    def newer(signed):
        signed.version += 1

    publisher.resign(TIMESTAMP, newer, [new_key()])
    serve()
    assert "tampering" in refused("a signature is wrong or missing").hint


def test_a_change_without_a_new_signature_is_refused(known, publisher, serve, refused):
    def later(signed):
        signed.version += 1
        signed.expires += timedelta(days=1)

    publisher.resign(TIMESTAMP, later)
    serve()
    refused("a signature is wrong or missing")


def test_an_older_state_is_refused(known, publisher, entry, serve, opened, refused):
    old = dict(publisher.files)
    publisher.publish([entry("time", version="2.0.0")])
    serve()
    opened()
    publisher.files = old
    serve()
    refused("it was rolled back to an older state")


def test_an_older_snapshot_under_a_new_timestamp_is_refused(known, publisher, entry, serve, opened, refused):
    publisher.publish([entry("time", version="2.0.0")])
    serve()
    opened()

    def back(signed):
        signed.version += 1
        signed.snapshot_meta.version = 1

    publisher.resign(TIMESTAMP, back, [publisher.online])
    serve()
    refused("it was rolled back to an older state")


def test_another_index_than_was_signed_is_refused(known, publisher, entry, serve, refused, built):
    publisher.publish([entry("time", version="2.0.0")])
    (path,) = (path for path in list(publisher.files)[-4:] if path.startswith("targets/"))
    evil = publisher.files[path].replace(b"What time does", b"What evil does")
    publisher.files[path] = evil
    serve()
    refused("a file has another hash or length than was signed")


def test_half_an_index_is_refused(known, publisher, entry, serve, refused):
    publisher.publish([entry("time", version="2.0.0")])
    (path,) = (path for path in list(publisher.files)[-4:] if path.startswith("targets/"))
    publisher.files[path] = publisher.files[path][:-20]
    serve()
    refused("a file has another hash or length than was signed")


def test_a_root_that_one_of_two_signed_is_refused(known, publisher, serve, refused, new_key):
    publisher.rotate(signers=publisher.root_keys[:1], online=new_key())
    serve()
    refused("a signature is wrong or missing")


def test_a_second_root_that_the_keys_before_did_not_sign_is_refused(known, publisher, serve, refused, new_key):
    publisher.rotate()
    strangers = [new_key(), new_key(), new_key()]
    publisher.rotate(add=strangers, remove=publisher.root_keys, signers=strangers)
    serve()
    refused("a signature is wrong or missing")


def test_a_registry_of_other_keys_is_refused(known, publisher, entry, built, serve, refused):
    other = type(publisher)(built)
    other.publish([entry("time")])
    publisher.files = other.files
    serve()
    refused("a signature is wrong or missing")


def test_what_was_kept_of_an_unsigned_registry_never_stands_in_for_a_signed_one(cache, publisher):
    assert Cache(cache, "https://r.example").folder != Cache(cache, "https://r.example", publisher.root).folder
    assert Cache(cache, "https://r.example", b"other root").folder != Cache(cache, "https://r.example").folder


# Wrong answers


@pytest.mark.parametrize(
    "wrong",
    [b"<!doctype html><title>Welcome</title>", b"", b"{}", b"[]", b'{"signed":', b"[" * 10_000, b"\xff\xfe", b"null"],
    ids=["html", "empty", "object", "list", "truncated", "deep", "binary", "null"],
)
@pytest.mark.parametrize("path", [TIMESTAMP, "metadata/2.root.json"])
def test_an_answer_that_is_no_metadata_is_refused(known, serve, web, web_answer, refused, wrong, path):
    serve()
    web.answers[f"/{path}"] = web_answer(wrong)
    refused("is not what its keys signed")


def test_metadata_of_another_role_is_refused(known, publisher, serve, web, web_answer, refused):
    web.answers[f"/{TIMESTAMP}"] = web_answer(publisher.files["metadata/1.targets.json"])
    refused("is not what its keys signed")


def test_a_huge_answer_is_cut_off(known, web, web_answer, refused):
    web.answers[f"/{TIMESTAMP}"] = web_answer(b" " * 1_000_000)
    refused("sends more than 16,384 bytes")


def test_a_gzip_bomb_is_cut_off_at_what_it_unpacks_to(known, web, web_answer, refused):
    bomb = gzip.compress(b" " * 50_000_000)
    web.answers[f"/{TIMESTAMP}"] = web_answer(bomb, 200, {"Content-Encoding": "gzip"})
    refused("sends more than 16,384 bytes")


def test_an_index_that_is_longer_than_was_signed_is_cut_off(known, publisher, entry, serve, web, web_answer, refused):
    publisher.publish([entry("time", version="2.0.0")])
    serve()
    (path,) = (path for path in list(publisher.files)[-4:] if path.startswith("targets/"))
    web.answers[f"/{path}"] = web_answer(publisher.files[path] + b" " * 1_000_000)
    refused("bytes")


@pytest.mark.parametrize("missing", ["metadata/2.snapshot.json", "metadata/2.targets.json", "targets/"])
def test_a_registry_that_was_published_by_half_is_refused(known, publisher, entry, serve, refused, missing):
    publisher.publish([entry("time", version="2.0.0")])
    newest = [path for path in publisher.files if path.startswith(missing)][-1]
    del publisher.files[newest]
    serve()
    assert "try again" in refused("was published incompletely").hint


def test_a_registry_that_is_not_signed_is_told_from_one_that_is(web, built, entry, refused):
    web.serve(built([entry("time")]))
    assert "--unsigned" in refused("is not signed").hint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schemaVersion": 99}, "has schema version 99; this launcher reads up to 1"),
        ({"count": 7}, "promises 7 servers and lists 2"),
        ({"extra": 1}, "extra: Extra inputs are not permitted"),
    ],
    ids=["newer", "miscounted", "unknown key"],
)
def test_an_index_of_a_wrong_form_is_refused_though_it_is_signed(
    known, publisher, entry, serve, refused, monkeypatch, change, said
):
    files = publisher._built([entry("time"), entry("git")])
    index = canonical_json(json.loads(files["index.json"]) | change)
    monkeypatch.setattr(publisher, "_built", lambda entries: {"index.json": index})
    publisher.publish([])
    serve()
    refused(said)


def test_a_redirect_inside_the_users_network_is_refused(cache, publisher):
    asked = []

    def answer(request):
        asked.append(request)
        return httpx2.Response(302, headers={"location": targets[0]})

    for target in ("https://169.254.169.254/latest", "https://10.0.0.1/", "https://[::1]/", "https://intra.example/"):
        targets = [target]
        asked.clear()
        host = WebHost("https://r.example", httpx2.MockTransport(answer), resolve=names)
        with pytest.raises(HubError, match="inside your own network") as caught:
            Registry(SignedSource("https://r.example", lambda: host, Cache(cache, "r"), publisher.root))  # noqa: B023
        assert caught.value.code == ExitCode.REGISTRY
        assert len(asked) == 1


def names(host):
    return {"r.example": ["93.184.216.34"], "intra.example": ["192.168.1.1"]}[host]


# No answer, or an old one: what was read before goes on, nothing new


def test_without_an_answer_what_was_read_before_goes_on(known, web, web_answer, cache, opened):
    web.answers = {"/metadata/2.root.json": web_answer(b"", 503)}
    before = kept(cache)
    registry = opened()
    assert registry.stale.reason is StaleReason.UNREACHABLE
    assert "cannot be reached (HTTP 503); using the copy confirmed" in registry.notices[0]
    assert registry.entry(registry.resolve("time")).id == "time"
    with pytest.raises(HubError, match="was not read before, and from a registry that is unreachable") as caught:
        registry.entry(registry.resolve("git"))
    assert caught.value.code == ExitCode.REGISTRY
    assert kept(cache) == before


def test_an_expired_registry_starts_what_was_read_before_and_nothing_new(publisher, entry, serve, opened, cache, web):
    publisher.publish([entry("time"), entry("git")], days=-10)
    serve()
    registry = opened()
    registry.entry(registry.resolve("time"))
    publisher.publish([entry("time", version="2.0.0"), entry("git")], days=-15)
    serve()
    before = kept(cache)
    registry = opened()
    assert registry.stale.reason is StaleReason.EXPIRED
    assert "is past its date (timestamp.json is expired)" in registry.notices[0]
    assert registry.resolve("time").version == "1.2.3"
    assert registry.entry(registry.resolve("time")).id == "time"
    with pytest.raises(HubError, match="from a registry that is expired nothing new is taken"):
        registry.entry(registry.resolve("git"))
    assert kept(cache) == before


def test_an_expired_registry_that_nothing_is_known_of_is_refused(publisher, entry, serve, refused):
    publisher.publish([entry("time")], days=-15)
    serve()
    assert "clock" in refused("is past its date").hint


def test_a_root_that_expired_is_an_expired_registry(publisher, entry, serve, refused):
    publisher.now = datetime.now(UTC) - timedelta(days=400)
    first = type(publisher)(publisher._built)
    first.now = publisher.now
    first.rotate()
    publisher.roots, publisher.newest, publisher.root_keys, publisher.online = (
        first.roots,
        first.newest,
        first.root_keys,
        first.online,
    )
    publisher.files |= first.files
    publisher.publish([entry("time")], days=399)
    serve()
    refused("is past its date (Final root.json is expired)")


def test_a_withdrawn_server_is_refused_though_its_document_was_read(known, publisher, entry, serve, opened):
    publisher.publish([entry("time", status="withdrawn")])
    serve()
    with pytest.raises(HubError, match="withdrawn") as caught:
        opened().resolve("time")
    assert caught.value.code == ExitCode.REGISTRY


def trickle_headers(connection, ended):
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000:
        connection.sendall(bytes([byte]))
        if ended.wait(0.01):
            return


def trickle_body(connection, ended):
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while not ended.wait(0.01):
        connection.sendall(b" ")


def hang_up(connection, ended):
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")


def say_nothing(connection, ended):
    ended.wait()


def no_http(connection, ended):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


SILENT = [trickle_headers, trickle_body, hang_up, say_nothing, no_http]


@pytest.mark.parametrize("behaviour", SILENT, ids=lambda one: one.__name__)
def test_a_host_that_never_ends_an_answer_counts_as_unreachable(known, raw_host, opened, cache, behaviour):
    before = kept(cache)
    registry = opened(raw_host(behaviour), seconds=0.3)
    assert registry.stale.reason is StaleReason.UNREACHABLE
    assert kept(cache) == before


@pytest.mark.parametrize("behaviour", SILENT, ids=lambda one: one.__name__)
def test_and_is_refused_where_nothing_is_known(raw_host, refused, behaviour):
    refused("cannot be reached", url=raw_host(behaviour), seconds=0.3)


def endless(connection, ended):
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while not ended.is_set():
        connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def test_an_endless_answer_is_cut_off(known, raw_host, refused):
    refused("sends more than 65,536 bytes", url=raw_host(endless))
