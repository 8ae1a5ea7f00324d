import dataclasses

import pytest

from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.known import KnownFiles
from hub_launch.run.messages import raw
from hub_launch.run.offer import Definition, Greeting, Offer
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor

LAUNCH = StdioLaunch(
    "tiny", "Tiny", "npm", ("/bin/tiny", "--key", "hunter2"), {"MODE": "1"}, ("MODE",), frozenset({"hunter2"})
)
GREETING = Greeting("legacy", "2025-11-25", raw({"x": 1}), {"name": "tiny"}, {"tools": {}}, "Be kind.")
OFFER = Offer(
    tools=(Definition("a", raw({"name": "a", "inputSchema": {}})),),
    resources=(Definition("a://b", raw({"uri": "a://b", "name": "b"})),),
    greeting=GREETING,
    left_out=("a tool without name",),
)


@pytest.fixture
def known(tmp_path):
    return KnownFiles(tmp_path / "definitions")


def test_what_was_offered_comes_back_as_it_was(known):
    assert known.load(LAUNCH) is None
    known.save(LAUNCH, OFFER)
    assert known.load(LAUNCH) == OFFER


@pytest.mark.parametrize(
    "change",
    [{"argv": ("/bin/tiny", "--other")}, {"env": {"MODE": "2"}}, {"kind": "pypi"}, {"cwd": "/tmp"}],
    ids=lambda change: next(iter(change)),
)
def test_another_version_argument_or_variable_is_another_server(known, change):
    known.save(LAUNCH, OFFER)
    assert known.load(dataclasses.replace(LAUNCH, **change)) is None


def test_nothing_depends_on_a_secret_and_none_is_written(known, tmp_path):
    known.save(LAUNCH, OFFER)
    argv = ("/bin/tiny", "--key", "another")
    assert known.load(dataclasses.replace(LAUNCH, argv=argv, secrets=frozenset({"another"}))) == OFFER
    assert all(b"hunter2" not in path.read_bytes() for path in (tmp_path / "definitions").iterdir())


def test_a_remote_server_is_known_by_its_address(known):
    far = HttpLaunch("far", "Far", "remote", "streamable-http", "https://a.example/mcp")
    known.save(far, OFFER)
    assert known.load(far) == OFFER
    assert known.load(dataclasses.replace(far, url="https://b.example/mcp")) is None


@pytest.mark.parametrize("data", [b"", b"{}", b"[1", b'{"era":5}', b"\xff", b"[" * 100_000])
def test_a_file_that_is_not_as_it_was_written_is_as_good_as_none(known, tmp_path, data):
    known.save(LAUNCH, OFFER)
    (path,) = (tmp_path / "definitions").iterdir()
    path.write_bytes(data)
    assert known.load(LAUNCH) is None


def test_what_cannot_be_written_is_not_remembered(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    known = KnownFiles(tmp_path / "file")
    known.save(LAUNCH, OFFER)
    assert known.load(LAUNCH) is None
    assert "tiny" in caplog.text


async def test_a_server_offers_before_it_is_up_what_it_offered_the_last_time(known, launch, tmp_path):
    first = Supervisor([launch(tools=["echo"])], [], tmp_path / "logs", lambda status: None, known=known)
    first.start()
    await first.settled(20)
    await first.close()
    again = Supervisor([launch(tools=["echo"])], [], tmp_path / "logs", lambda status: None, known=known)
    server = again.servers["tiny"]
    assert (server.status.state, server.listed) == (State.PENDING, True)
    assert [tool.name for tool in server.offer.tools] == ["echo"]


async def test_one_that_fails_then_offers_nothing_any_more(known, launch, tmp_path):
    broken = launch(exit=1)
    known.save(broken, OFFER)
    supervisor = Supervisor([broken], [], tmp_path / "logs", lambda status: None, known=known)
    server = supervisor.servers["tiny"]
    assert server.listed
    supervisor.start()
    await supervisor.settled(20)
    assert not server.listed
    await supervisor.close()
