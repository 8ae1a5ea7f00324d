"""What disturbs a hub finds out if that is not as it must be: here, with a hub that answers everything alike."""

import asyncio
from pathlib import Path
from random import Random

import pytest
from hubs.clients import Refused
from hubs.http1 import Broken
from soaking import disturbances
from soaking.disturbances import DISTURBANCES
from soaking.judge import Fault
from soaking.killing import Killer
from soaking.stage import make_scene

NAMES = ("s0", "s1", "s2")
# They say nothing themselves: what they leave behind is what is looked at.
SILENT = {"half a request", "leaving"}
CHANCES = 4


@pytest.fixture
async def alike():
    """Starts hubs on loopback that answer every request with one status and an empty object; returns their port."""
    servers, writers = [], []

    async def start(status):
        async def answer(reader, writer):
            writers.append(writer)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
            # Of a body that is promised and too large, nothing comes.
            wanted = int(length.partition(b":")[2])
            await reader.readexactly(wanted if wanted < 5_000_000 else 0)
            writer.write(b"HTTP/1.1 %d X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}" % status)
            writer.close()

        servers.append(await asyncio.start_server(answer, "127.0.0.1", 0))
        return servers[-1].sockets[0].getsockname()[1]

    yield start
    for server in servers:
        server.close()
    for writer in writers:
        writer.transport.abort()


@pytest.fixture
def scene(tmp_path):
    """A scene whose hub is whoever listens at the port."""

    def make(port):
        killer = Killer(tmp_path / "pids", NAMES, NAMES[-1], calls=1000, seed=1)
        made = make_scene(tmp_path, killer, NAMES, "MARK=1", short=True)
        made.port = port
        return made

    return make


async def acts(scene, name):
    """How often it found something, of some times."""
    found = 0
    for seed in range(CHANCES):
        try:
            await DISTURBANCES[name].act(scene, Random(seed))  # noqa: S311 (repeatable)
        except (Fault, Refused, Broken, OSError, KeyError):
            found += 1
    scene.calm()
    return found


@pytest.mark.parametrize("name", sorted(set(DISTURBANCES) - SILENT))
async def test_a_hub_that_fails_is_found_out(name, scene, alike):
    assert await acts(scene(await alike(500)), name) == CHANCES


@pytest.mark.parametrize("name", ["stranger", "too large", "refresh", "reload", "slow reader", "hostile server"])
async def test_a_hub_to_which_all_is_well_is_found_out(name, scene, alike):
    assert await acts(scene(await alike(200)), name) == CHANCES


async def test_strangers_are_told_apart_from_each_other(scene, alike):
    # Refused, and for a reason that is not theirs.
    assert 0 < await acts(scene(await alike(401)), "stranger") < CHANCES


def test_each_of_them_is_in_the_table():
    files = {path.stem for path in Path(disturbances.__path__[0]).glob("[!_]*.py")}
    assert {one.act.__module__.rpartition(".")[2] for one in DISTURBANCES.values()} == files
