"""How servers want to be used, told to clients of all of them."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from hub_launch.hub.usage import MAX_EACH, MAX_TOGETHER, usage


@dataclass
class Told:
    """What counts of a server."""

    id: str
    instructions: str | None
    listed: bool = True

    @property
    def status(self):
        return SimpleNamespace(id=self.id)

    @property
    def offer(self):
        return SimpleNamespace(instructions=self.instructions)


def test_each_servers_instructions_stand_under_its_id():
    assert usage([Told("aa", "Be kind.\n"), Told("bb", "Be quick.")]) == "\n\naa: Be kind.\n\nbb: Be quick."


@pytest.mark.parametrize("server", [Told("aa", None), Told("aa", " \n"), Told("aa", "Be kind.", listed=False)])
def test_a_server_that_says_nothing_or_is_not_listed_is_left_out(server):
    assert usage([server]) == ""


def test_what_nobody_would_read_is_cut():
    long = "word " * MAX_EACH
    assert len(usage([Told("aa", long)])) < MAX_EACH + 10
    many = [Told(f"s{number}", long) for number in range(100)]
    assert len(usage(many)) < MAX_TOGETHER + 100 * 10


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_clients_of_all_servers_are_told(hub, launch, mode):
    running = await hub(launch("aa", instructions="Be kind to aa."), launch("bb", instructions="And to bb."))
    async with running.client(mode=mode) as client:
        assert client.instructions.endswith("\n\naa: Be kind to aa.\n\nbb: And to bb.")
