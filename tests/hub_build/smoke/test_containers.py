"""A smoke test of an image, under the real Podman; and where there is none."""

from datetime import date

import pytest

from hub_build.smoke.run import Conditions, smoke_one
from hub_build.smoke.workshop import workshop
from hub_launch.guard.sandbox import TIERS
from hub_launch.judge.registry import read_registry

pytestmark = pytest.mark.xdist_group("containers")


@pytest.fixture
def smoked(registry, tmp_path, monkeypatch, podman):
    """The record of an entry with that image."""

    async def run(image, **environ):
        for name, value in (podman.environ | environ).items():
            monkeypatch.setenv(name, value)
        package = {"registryType": "oci", "identifier": image, "transport": {"type": "stdio"}}
        registry.add("weather", packages=[package], smoke={"calls": [{"tool": "box", "expect": {"contains": "box"}}]})
        with workshop(read_registry(registry.folder), tmp_path / "packages") as shop:
            return await smoke_one(shop.entries["weather"], shop, Conditions(TIERS[-1], date(2026, 11, 21)))

    return run


async def test_an_image_is_started_and_what_it_offers_is_recorded(smoked, podman):
    recorded = await smoked(podman.image)
    assert (recorded.outcome, recorded.tier, recorded.reason) == ("passed", "container", None)
    assert (recorded.started.kind, recorded.started.identifier) == ("oci", podman.image)
    assert [tool["name"] for tool in recorded.tools] == ["box"]
    assert podman.names() == []


async def test_one_that_cannot_be_fetched_failed(smoked, podman):
    recorded = await smoked(podman.image[:-4] + "0000")
    assert recorded.outcome == "failed"
    assert "cannot be fetched" in recorded.reason


async def test_a_machine_without_an_engine_finds_nothing_out(smoked, podman):
    recorded = await smoked(podman.image, HUB_CONTAINER_ENGINE="no-such-engine")
    assert (recorded.outcome, recorded.reason.split(";")[0]) == ("untried", "no-such-engine is not installed")


async def test_an_engine_that_is_down_finds_nothing_out(smoked, podman, tmp_path):
    down = tmp_path / "docker"
    down.write_text("#!/bin/sh\necho Cannot connect to the Docker daemon. Is the docker daemon running? >&2\nexit 1\n")
    down.chmod(0o755)
    recorded = await smoked(podman.image, HUB_CONTAINER_ENGINE=str(down))
    assert recorded.outcome == "untried"
    assert "docker does not answer" in recorded.reason
