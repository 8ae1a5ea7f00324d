import asyncio
import dataclasses
import json

import pytest
import uvicorn
from fastmcp import FastMCP

from hub_launch.errors import HubError
from hub_launch.hub.serve import listen
from hub_launch.plan import HttpLaunch
from hub_launch.run.link import LinkGone
from hub_launch.run.messages import object_of, raw
from hub_launch.run.process import Child
from hub_launch.run.processes import MARK

ERAS = pytest.mark.parametrize("era", ["legacy", "modern"])


# What a server offers


@ERAS
async def test_a_server_is_asked_for_everything_that_it_offers(backend, launch, era):
    one = backend(launch(era=era, tools=["echo"], resources=["a://b"], prompts=["p"], instructions="Be kind."))
    offer = await one.connect()
    assert [tool.name for tool in offer.tools] == ["echo"]
    assert [resource.name for resource in offer.resources] == ["a://b"]
    assert [prompt.name for prompt in offer.prompts] == ["p"]
    assert offer.templates == ()
    assert offer.instructions == "Be kind."


@ERAS
async def test_what_a_server_does_not_know_it_does_not_offer(backend, launch, era):
    offer = await backend(launch(era=era)).connect()
    assert (offer.resources, offer.prompts, offer.instructions) == ((), (), None)


@ERAS
async def test_calls_are_answered_by_the_child(backend, launch, call, era):
    one = backend(launch(era=era))
    await one.connect()
    assert await call(one, "echo", text="hë") == '{"text": "h\\u00eb"}'


@ERAS
async def test_concurrent_calls_share_one_child_and_are_not_mixed_up(backend, launch, call, era):
    one = backend(launch(era=era))
    await one.connect()
    answers = await asyncio.gather(*(call(one, "echo", n=n) for n in range(30)))
    assert [json.loads(answer) for answer in answers] == [{"n": n} for n in range(30)]
    assert one.events.seen == ["connected"]


@ERAS
async def test_the_protocol_is_found_out_once(backend, launch, call, recorded, tmp_path, era):
    one = backend(launch(era=era, record=str(tmp_path / "record")))
    await one.connect()
    for _ in range(3):
        await call(one, "pid")
    asked = recorded(tmp_path / "record")
    assert asked.count("server/discover") == 1
    assert asked.count("initialize") == (era == "legacy")
    assert asked.count("tools/list") == 1


@ERAS
async def test_a_later_child_is_spoken_to_as_the_first_one_was(backend, launch, call, recorded, tmp_path, era):
    record = tmp_path / "record"
    one = backend(launch(era=era, tools=["pid", "die"], record=str(record)))
    await one.connect()
    with pytest.raises(Exception, match="connection closed"):
        await call(one, "die")
    record.write_text("")
    await call(one, "pid")
    greetings = [method for method in recorded(record) if method in ("initialize", "server/discover")]
    assert greetings in ({"legacy": [["initialize"]], "modern": [["server/discover"]]}[era])


# What children do wrong


@ERAS
async def test_a_banner_and_broken_bytes_do_no_harm(backend, launch, call, era):
    one = backend(launch(era=era, banner=True, tools=["junk", "echo"]))
    await one.connect()
    assert await call(one, "junk") == "after junk"
    assert await call(one, "echo") == "{}"
    assert one.link.skipped == 6


@ERAS
async def test_a_child_that_dies_in_a_call_fails_that_call_and_the_next_one_is_served_by_another(
    backend, launch, call, era
):
    one = backend(launch(era=era, tools=["pid", "die"]))
    await one.connect()
    before = await call(one, "pid")
    with pytest.raises(Exception, match="connection closed"):
        await call(one, "die")
    after = await call(one, "pid")
    assert before != after
    assert one.events.seen == ["connected", ("ended", 3), "connected"]


async def test_all_calls_on_their_way_fail_when_the_child_dies_and_none_waits_for_ever(backend, launch, call):
    one = backend(launch(tools=["pid", "die"]))
    await one.connect()
    async with asyncio.timeout(20):
        results = await asyncio.gather(call(one, "die"), *(call(one, "pid") for _ in range(5)), return_exceptions=True)
    assert "connection closed" in str(results[0])
    assert all(isinstance(one, str) or "connection closed" in str(one) for one in results)


async def test_a_tool_that_fails_is_an_answer(backend, launch):
    one = backend(launch(tools=["fail"]))
    await one.connect()
    result = object_of((await one.request("tools/call", {"name": raw("fail")})).result)
    assert result["isError"]
    assert result["content"][0]["text"] == "it failed, as asked"


async def test_a_server_that_dies_of_being_asked_the_modern_way_is_asked_the_old_way(
    backend, launch, call, recorded, tmp_path
):
    one = backend(launch(die_on="server/discover", record=str(tmp_path / "record")))
    offer = await one.connect()
    assert [tool.name for tool in offer.tools] == ["echo", "pid"]
    assert await call(one, "echo") == "{}"
    assert recorded(tmp_path / "record").count("server/discover") == 1
    assert one.events.seen == [("ended", 7), "connected"]


async def test_a_server_that_cannot_start_is_tried_twice_and_not_more(backend, launch):
    one = backend(launch(exit=1, stderr="no key\n"))
    with pytest.raises(Exception, match="connection closed"):
        await one.connect()
    assert one.events.seen.count("connected") <= 2
    assert one.child.exit_code == 1
    assert "no key" in one.child.last_words()


async def test_a_child_gets_no_more_environment_than_its_launch_says(backend, launch, call, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    one = backend(launch(tools=["env"], env={"MODE": "1"}))
    await one.connect()
    seen = json.loads(await call(one, "env"))
    assert {name: value for name, value in seen.items() if name not in ("LC_CTYPE", MARK)} == {"MODE": "1"}


# One child for all


async def test_a_child_is_started_by_the_first_session_and_shared_by_all(backend, launch, call):
    one = backend(launch())
    assert one.child is None
    pids = await asyncio.gather(*(call(one, "pid") for _ in range(10)))
    assert len(set(pids)) == 1
    assert one.events.seen == ["connected"]


async def test_closing_without_a_child_does_nothing(backend, launch):
    await backend(launch()).close()


async def test_after_closing_nothing_is_started_any_more(backend, launch, call):
    one = backend(launch())
    await call(one, "pid")
    child = one.child
    await one.close()
    with pytest.raises(Exception, match="stopped"):
        await call(one, "pid")
    assert one.child is child
    assert child.exit_code == 0


async def test_a_request_that_waits_for_a_child_to_end_does_not_start_another_after_closing(
    backend, launch, call, until
):
    """The child is on its way out when the hub closes; the request behind it must not bring it back."""
    one = backend(launch(tools=["pid", "die"], ignore_eof=True))
    await call(one, "pid")
    first = one.child
    with pytest.raises(Exception, match="connection closed"):
        await call(one, "die")
    waiting = asyncio.create_task(call(one, "pid"))
    await asyncio.sleep(0)
    await one.close()
    await asyncio.wait([waiting], timeout=20)
    assert waiting.done()
    waiting.exception()
    assert one.child is first or one.child.exit_code is not None


async def test_an_end_that_was_asked_for_is_no_event(backend, launch, call):
    one = backend(launch())
    await call(one, "pid")
    await one.close()
    assert one.events.seen == ["connected"]


async def test_a_program_that_is_missing_is_told_to_every_request(backend, python_launch):
    one = backend(dataclasses.replace(python_launch(""), argv=("/nowhere/program",)))
    for _ in range(2):
        with pytest.raises(HubError, match="/nowhere/program cannot be started"):
            await one.reach()


@pytest.mark.parametrize("steps", range(12))
async def test_a_request_cancelled_at_any_moment_of_the_start_does_not_end_the_child(backend, launch, call, steps):
    one = backend(launch())
    impatient = asyncio.create_task(call(one, "pid"))
    for _ in range(steps):
        await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait([impatient])
    first = one.child
    async with asyncio.timeout(20):
        pid = await call(one, "pid")
        assert await call(one, "pid") == pid
    assert first in (None, one.child)


async def test_a_request_cancelled_while_the_child_answers_does_not_end_it(backend, launch, call, until, tmp_path):
    record = tmp_path / "record"
    one = backend(launch(record=str(record)))
    impatient = asyncio.create_task(call(one, "pid"))
    await until(record.exists)
    child = one.child
    impatient.cancel()
    await asyncio.wait([impatient])
    async with asyncio.timeout(20):
        assert await call(one, "pid") == str(child._process.pid)


async def test_a_child_that_closes_its_input_leaves_no_request_waiting_and_is_ended(
    backend, launch, call, recorded, until, tmp_path
):
    record = tmp_path / "record"
    one = backend(launch(close_input_on="notifications/initialized", record=str(record)))
    await one.reach()
    await until(lambda: "closed" in recorded(record))
    with pytest.raises(LinkGone):
        async with asyncio.timeout(20):
            await call(one, "echo")
    child = one.child
    await until(lambda: len(one.events.seen) == 2)
    assert one.events.seen == ["connected", ("ended", child.exit_code)]


async def test_a_program_that_keeps_the_pipes_open_after_its_starter_left_still_serves(
    backend, launch, call, python_launch
):
    """As when `npx` goes and leaves `node` behind."""
    inner = launch()
    code = "import os, subprocess, sys; subprocess.Popen(sys.argv[1:]); os._exit(0)"
    one = backend(python_launch(code, *inner.argv))
    assert await call(one, "echo", a=1) == '{"a": 1}'
    assert await call(one, "echo", a=2) == '{"a": 2}'


async def test_lines_that_are_no_messages_are_skipped_and_counted(backend, launch, call):
    one = backend(launch(banner=True, tools=["junk"]))
    assert await call(one, "junk") == "after junk"
    assert one.link.skipped == 2 + 4


async def test_what_the_child_was_spawned_as_is_the_child(backend, launch, call):
    one = backend(launch())
    await call(one, "pid")
    assert isinstance(one.child, Child)
    assert one.child.exit_code is None


# Remotes


@pytest.fixture
async def remote():
    """Serves a FastMCP server over HTTP on loopback, and returns its address."""
    servers = []

    async def serve(mcp, transport="http"):
        listener = listen("127.0.0.1", 0)
        config = uvicorn.Config(mcp.http_app(transport=transport), log_level="warning", lifespan="on", ws="none")
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        servers.append((server, task, listener))
        while not server.started:
            await asyncio.sleep(0.01)
        return f"http://127.0.0.1:{listener.getsockname()[1]}/{'sse' if transport == 'sse' else 'mcp'}"

    yield serve
    for server, task, listener in servers:
        server.should_exit = True
        await task
        listener.close()


@pytest.fixture
def far():
    """A server that tells which headers it was sent."""
    from fastmcp.server.dependencies import get_http_headers

    mcp = FastMCP("far", instructions="Far away.")

    @mcp.tool
    def headers() -> str:
        return json.dumps(dict(get_http_headers(include_all=True)))

    return mcp


@pytest.mark.parametrize(("transport", "kind"), [("http", "streamable-http"), ("sse", "sse")])
async def test_a_remote_is_spoken_to_with_its_headers(backend, remote, far, call, transport, kind):
    url = await remote(far, transport)
    one = backend(HttpLaunch("far", "Far", "remote", kind, url, {"X-Key": "hunter2"}, frozenset({"hunter2"})))
    offer = await one.connect()
    assert [tool.name for tool in offer.tools] == ["headers"]
    assert offer.instructions == "Far away."
    assert json.loads(await call(one, "headers"))["x-key"] == "hunter2"
    assert one.child is None


async def test_a_remote_that_is_not_there_is_an_error(backend, dead_url):
    one = backend(HttpLaunch("far", "Far", "remote", "streamable-http", f"{dead_url}/mcp"))
    with pytest.raises(Exception, match="cannot be reached"):
        await one.connect()


# Whether it answers


@pytest.mark.parametrize(("era", "method"), [("legacy", "ping"), ("modern", "server/discover")])
async def test_a_probe_is_what_its_era_has_for_it(backend, launch, recorded, tmp_path, era, method):
    one = backend(launch(era=era, record=str(tmp_path / "record")))
    await one.connect()
    before = recorded(tmp_path / "record").count(method)
    await one.probe()
    assert recorded(tmp_path / "record").count(method) == before + 1


async def test_a_probe_starts_nothing(backend, launch):
    one = backend(launch())
    await one.probe()
    assert one.child is None
