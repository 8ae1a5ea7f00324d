"""Several clients, or several hostile servers, at once; and what is left of a hub that is killed."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

ERAS = pytest.mark.parametrize("mode", ["legacy", "auto"])
# What the project promises for Ctrl-C, however servers resist.
STOP_SECONDS = 10.0
LARGE = "x" * 200_000


async def test_clients_that_number_their_requests_alike_get_their_own_answers(hubs, tmp_path):
    async with hubs(tmp_path, good=["_good.py"]) as hub:
        await hub.ready("good")
        words = [str(number) for number in range(50)]
        said = await asyncio.gather(*(hub.call("good_echo", number=1, say=word) for word in words))
        assert [one.text.split()[-1] for one in said] == words


@ERAS
async def test_real_clients_get_their_own_answers(hubs, tmp_path, mode):
    async with hubs(tmp_path, evil=["wrong_ids.py"], good=["_good.py"]) as hub:
        await hub.ready("good")

        async def use(name):
            async with hub.client(mode) as client:
                words = [f"{name}-{number}" for number in range(20)]
                answers = await asyncio.gather(*(client.call_tool("good_echo", {"say": word}) for word in words))
                return [answer.content[0].text.split()[-1] for answer in answers] == words

        assert await asyncio.gather(*map(use, "abcd")) == [True] * 4


@ERAS
async def test_a_server_that_reads_no_more_holds_up_nobody(hubs, tmp_path, mode):
    async with hubs(tmp_path, evil=["hangs_in_call.py"], good=["_good.py"], limits={"CALL_SECONDS": 3}) as hub:
        await hub.ready("evil")
        async with hub.client(mode) as client:
            stuck = [asyncio.create_task(client.call_tool_mcp("evil_act", {"text": LARGE})) for _ in range(8)]
            answers = await asyncio.gather(*(client.call_tool("good_echo", {"say": LARGE}) for _ in range(8)))
            assert all(answer.content[0].text.endswith(LARGE) for answer in answers)
            assert await hub.good_answers("meanwhile") == ""
            results = await asyncio.gather(*stuck)
            assert all(result.is_error and "'evil'" in result.content[0].text for result in results)
        assert await hub.good_answers("after") == ""


@ERAS
async def test_real_clients_see_what_ready_servers_offer(hubs, tmp_path, mode):
    """A client parses strictly what the hub passes on: one odd answer must not cost it everybody's tools."""
    names = [
        "cyclic_schema",
        "external_schema",
        "hidden_text",
        "names_of_others",
        "odd_numbers",
        "half_a_character_in_a_result",
    ]
    programs = {name.replace("_", "-"): [f"{name}.py"] for name in names}
    async with hubs(tmp_path, good=["_good.py"], **programs, env={"BAIT": "http://127.0.0.1:9"}) as hub:
        for name in ("good", *programs):
            await hub.settled(name)
        async with hub.client(mode) as client:
            listed = {tool.name for tool in await client.list_tools()}
            assert {"good_echo", *(f"{name}_act" for name in programs)} <= listed
            for name in ("cyclic-schema", "hidden-text", "names-of-others", "odd-numbers"):
                await client.call_tool_mcp(f"{name}_act", {})
            answer = await client.call_tool("good_echo", {"say": "after"})
            assert answer.content[0].text.endswith(" after")


async def test_all_of_them_at_once_harm_themselves_alone(hubs, tmp_path, cases):
    chosen = {}
    for case in cases:
        # Of each kind one; what hurts others when it is alone is not tried in company.
        if "others_answer" not in case.broken and not case.far:
            chosen.setdefault(case.path.stem.replace("_", "-"), case.words)
    limits = {"START_SECONDS": 6, "CALL_SECONDS": 2, "EOF_SECONDS": 0.5, "TERMINATE_SECONDS": 0.5}
    async with hubs(tmp_path, **chosen, good=["_good.py"], limits=limits, env={"BAIT": "http://127.0.0.1:9"}) as hub:
        await hub.ready("good")
        assert (await hub.call("good_echo", say="early")).text.endswith(" early")
        for name in chosen:
            await hub.settled(name)
        calls = [asyncio.create_task(hub.call(f"{name}_act")) for name in chosen]
        for number in range(20):
            assert (await hub.call("good_echo", say=str(number))).text.endswith(f" {number}")
            await asyncio.sleep(0.1)
        await asyncio.gather(*calls)
        assert "good_echo" in await hub.tools()
        assert hub.alive
        async with asyncio.timeout(STOP_SECONDS):
            assert await hub.stop()


async def test_however_many_resist_the_end_they_are_ended_side_by_side(hubs, tmp_path, left_of):
    stubborn = {f"evil{number}": ["ignores_sigterm.py"] for number in range(5)}
    # With the product's own limits: one after the other, they would take six times as long.
    async with hubs(tmp_path, **stubborn, limits={}) as hub:
        for name in stubborn:
            await hub.settled(name)
        async with asyncio.timeout(STOP_SECONDS), left_of(hub):
            assert await hub.stop()


async def test_a_second_ctrl_c_does_not_leave_anything_behind(hubs, tmp_path, left_of):
    async with hubs(tmp_path, evil=["ignores_sigterm.py"], good=["_good.py"], limits={}) as hub:
        await hub.ready("evil")
        async with asyncio.timeout(STOP_SECONDS), left_of(hub):
            hub.interrupt()
            await asyncio.sleep(0.2)
            hub.interrupt()
            assert await hub.stop()


async def test_after_kill_9_servers_that_read_their_input_end_by_themselves(hubs, tmp_path, until):
    async with hubs(tmp_path, good=["_good.py"], evil=["slow_drip.py"]) as hub:
        await hub.ready("evil")
        assert hub.processes()
        hub.kill(alone=True)
        await until(lambda: not hub.processes())


async def test_after_kill_9_nothing_is_left_once_the_hub_runs_again(hubs, tmp_path, until):
    async with hubs(tmp_path, evil=["ignores_sigterm.py"]) as hub:
        await hub.ready("evil")
        orphans = hub.processes()
        hub.kill(alone=True)
        async with hubs(tmp_path, good=["_good.py"]) as again:
            await again.ready("good")
            assert await again.good_answers("again") == ""
            await until(lambda: not hub.processes() & orphans, 3)


async def test_after_kill_9_the_hub_starts_again_as_if_nothing_had_been(hubs, tmp_path):
    async with hubs(tmp_path, good=["_good.py"]) as hub:
        await hub.ready("good")
        hub.kill(alone=True)
    async with hubs(tmp_path, good=["_good.py"]) as again:
        await again.ready("good")
        assert (await again.call("good_echo", say="again")).text.endswith(" again")


async def test_a_machine_that_slept_goes_on_with_the_servers_that_it_had(hubs, tmp_path, until):
    # A probe a third of a second, and a sleep of two: so many were missed.
    probes = {"PROBE_SECONDS": 0.3, "DOUBT_SECONDS": 0.1, "LIMIT_SECONDS": 0.3, "OVERSLEPT_SECONDS": 1.0}
    names = ["good", "other", "third"]
    async with hubs(tmp_path, limits=probes, **{name: ["_good.py"] for name in names}) as hub:
        for name in names:
            await hub.ready(name)
        before = {name: (await hub.call(f"{name}_echo", say="x")).text for name in names}
        asleep = [hub.pid, *hub.processes()]
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in asleep:
                os.kill(pid, number)
            # Asleep first, and then as long awake as a storm would need to begin.
            await asyncio.sleep(2)
        assert {name: (await hub.call(f"{name}_echo", say="x")).text for name in names} == before
        assert [one["state"] for one in hub.statuses() if one["state"] in ("degraded", "failed")] == []
        assert all(one["restarts"] == 0 for one in hub.statuses() if "restarts" in one)


async def test_a_full_disk_does_not_stop_the_hub(hubs, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("no disk that is always full")
    (tmp_path / "logs").mkdir()
    for name in ("hub", "good", "evil"):
        (tmp_path / "logs" / f"{name}.log").symlink_to("/dev/full")
    async with hubs(tmp_path, evil=["dies_in_call.py"], good=["_good.py"]) as hub:
        await hub.ready("good")
        said = await hub.call("evil_act")
        assert said.is_error
        assert "server 'evil' is degraded: exited with code" in said.text
        assert await hub.good_answers("all the same") == ""
