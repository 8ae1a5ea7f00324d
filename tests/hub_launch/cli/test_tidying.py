import asyncio
import os
import time
from pathlib import Path

import pytest

from hub_launch.cli.tidying import UNUSED_SECONDS, tidy, tidying
from hub_launch.plan import StdioLaunch
from hub_launch.run.known import KnownFiles
from hub_launch.run.messages import raw
from hub_launch.run.offer import Greeting, Offer

OLD, NEW = (StdioLaunch(name, name, "npm", (f"/bin/{name}",)) for name in ("old", "new"))
OFFER = Offer(greeting=Greeting("legacy", "2025-11-25", raw({}), {"name": "tiny"}, {}, ""))
PATIENCE_SECONDS = 20


@pytest.fixture
def known(settings):
    """What two servers offered: one that was started today, and one that was not for long."""
    known = KnownFiles(settings.definitions_dir)
    for launch in (OLD, NEW):
        known.save(launch, OFFER)
    age(settings, UNUSED_SECONDS + 60)
    assert known.load(NEW) == OFFER
    return known


def age(settings, seconds):
    then = time.time() - seconds
    for path in settings.definitions_dir.iterdir():
        os.utime(path, (then, then))


def names(settings):
    return sorted(path.name.partition("-")[0] for path in settings.definitions_dir.iterdir())


def test_what_a_server_offered_is_forgotten_when_it_was_not_started_for_long(settings, known):
    tidy(settings, time.time())
    assert names(settings) == ["new"]


def test_a_lock_that_cannot_be_read_keeps_all_documents(settings, known):
    document = settings.cache_dir / "registries" / "0" / "documents" / "0.json"
    document.parent.mkdir(parents=True)
    document.write_bytes(b"{}")
    os.utime(document, (0, 0))
    settings.lock_path.parent.mkdir(parents=True, exist_ok=True)
    settings.lock_path.write_text("broken")
    tidy(settings, time.time())
    assert document.exists()
    settings.lock_path.unlink()
    tidy(settings, time.time())
    assert not document.exists()


def test_what_cannot_be_removed_stops_nothing(settings, known, monkeypatch):
    def refuse(self, missing_ok=False):
        raise PermissionError(13, "open elsewhere")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        tidy(settings, time.time())
    assert names(settings) == ["new", "old"]


def test_it_stops_between_two_files(settings, known):
    tidy(settings, time.time(), lambda: True)
    assert names(settings) == ["new", "old"]


async def test_a_hub_does_it_in_the_background(settings, known):
    async with asyncio.timeout(PATIENCE_SECONDS), tidying(settings, first=0):
        while names(settings) != ["new"]:
            await asyncio.sleep(0.01)


async def test_a_hub_that_ends_does_not_wait_for_it(settings, known):
    before = asyncio.all_tasks()
    async with asyncio.timeout(PATIENCE_SECONDS), tidying(settings):
        pass
    assert asyncio.all_tasks() == before
    assert names(settings) == ["new", "old"]
