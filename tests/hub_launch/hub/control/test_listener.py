"""Commands over the socket: answered, refused with a reason, and never in the way of the hub."""

import asyncio
import json
import socket

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control import listener as module
from hub_launch.hub.control.client import HubGone, Line


async def test_a_command_is_answered_with_its_parameters(listening, ask):
    path = await listening()
    assert await ask(path, "restart", server="time") == {"what": "restart", "server": "time"}


async def test_many_commands_go_over_one_connection(listening):
    path = await listening()

    def say():
        with Line(path) as line:
            return [line.ask("count", number=number)["number"] for number in range(5)]

    assert await asyncio.to_thread(say) == [0, 1, 2, 3, 4]


async def test_an_error_arrives_as_it_was_raised(listening, ask):
    async def refuse(what, parameters):
        raise HubError("No server 'x' is in this hub", "there are a, b", ExitCode.USAGE)

    path = await listening(refuse)
    with pytest.raises(HubError, match="No server 'x'") as caught:
        await ask(path, "stop", server="x")
    assert (caught.value.hint, caught.value.code) == ("there are a, b", ExitCode.USAGE)


async def test_a_defect_is_one_answer_and_no_end(listening, ask):
    async def broken(what, parameters):
        raise ZeroDivisionError

    path = await listening(broken)
    for _ in range(2):
        with pytest.raises(HubError, match="a defect of hub-launch: ZeroDivisionError"):
            await ask(path, "anything")


@pytest.mark.parametrize("line", [b"nonsense", b"[]", b"{}", b'"do"', b"\xff", b"[" * 100_000], ids=range(6))
async def test_what_is_no_command_is_refused_and_the_next_one_answered(listening, line):
    path = await listening()
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(line + b'\n{"do": "next"}\n')
    assert json.loads(await reader.readline())["error"]["message"] == "this is no command of the hub's"
    assert json.loads(await reader.readline()) == {"done": {"what": "next"}}
    writer.close()


async def test_who_says_too_much_is_hung_up_on(listening, ask, monkeypatch):
    monkeypatch.setattr(module, "MAX_REQUEST_BYTES", 1000)
    path = await listening()
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(b"x" * 10_000 + b"\n")
    assert await reader.read() == b""
    writer.close()
    assert (await ask(path, "next"))["what"] == "next"


async def test_somebody_else_is_hung_up_on(listening, ask, monkeypatch):
    path = await listening()
    monkeypatch.setattr(module, "peer", lambda connection: 4711)
    with pytest.raises(HubGone):
        await ask(path, "stop")
    monkeypatch.setattr(module, "peer", lambda connection: 0)
    assert await ask(path, "stop")


async def test_more_connections_than_terminals_are_hung_up_on(listening, ask, monkeypatch):
    monkeypatch.setattr(module, "MAX_CONNECTIONS", 1)
    path = await listening()
    _, writer = await asyncio.open_unix_connection(str(path))
    with pytest.raises(HubGone):
        await ask(path, "second")
    writer.close()


async def test_one_who_asks_nothing_keeps_nobody_waiting(listening, ask):
    path = await listening()
    silent = socket.socket(socket.AF_UNIX)
    silent.connect(str(path))
    assert await ask(path, "next")
    silent.close()


async def test_the_socket_is_gone_with_its_hub_and_so_are_connections(folder, ask):
    asked = asyncio.Event()

    async def hang(what, parameters):
        if what == "hang":
            asked.set()
            await asyncio.Event().wait()

    async with asyncio.timeout(20):
        async with module.control(folder, "8080", hang) as path:
            asking = asyncio.create_task(ask(path, "hang"))
            await asked.wait()
            reader, writer = await asyncio.open_unix_connection(str(path))
            writer.write(b'{"do": "hello"}\n')
            assert await reader.readline() == b'{"done": null}\n'
        assert not path.exists()
        assert await reader.read() == b""
        writer.close()
        with pytest.raises(HubGone):
            await asking


async def test_nobody_at_the_socket_is_said(tmp_path):
    with pytest.raises(HubGone, match="no hub listens at"):
        Line(tmp_path / "8080.sock")
