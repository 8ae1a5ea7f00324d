import asyncio
import json
import sys

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from hub_launch.catalog import sha256_hex
from hub_launch.catalog.lock import Lock, Pin, Way
from hub_launch.cli.expected import expect_recorded
from hub_launch.cli.judging import tool_pins
from hub_launch.guard.lockfile import LockFile
from hub_launch.index.registries import Found
from hub_launch.plan import StdioLaunch
from hub_launch.run.known import KnownFiles

LAUNCH = StdioLaunch("demo", "Demo", "npm", ("/bin/demo",))
RECORDED = {
    "id": "demo",
    "version": "1.2.3",
    "outcome": "passed",
    "date": "2026-11-21",
    "started": {"kind": "npm", "identifier": "@somebody/demo", "version": "1.2.3"},
    "protocolVersion": "2025-11-25",
    "tools": [{"name": "seen", "inputSchema": {"type": "object"}}],
}


@pytest.fixture
def tested(publish, entry):
    """Publishes the server `demo` with what a smoke test saw of it."""

    def write(**changes):
        site = publish([entry("demo")])
        data = json.dumps(RECORDED | changes).encode()
        (site / "recorded").mkdir(exist_ok=True)
        (site / "recorded" / "demo.json").write_bytes(data)
        index = json.loads((site / "index.json").read_bytes())
        index["servers"][0]["recorded"] = sha256_hex(data)
        (site / "index.json").write_text(json.dumps(index))
        return site

    return write


@pytest.fixture
def known(tmp_path):
    return KnownFiles(tmp_path / "definitions")


@pytest.fixture
def found(open_registry):
    def find():
        registry = open_registry()
        return Found(registry, registry.resolve("demo"))

    return find


@pytest.fixture
def pins(settings):
    return tool_pins(settings)


def names(offer):
    return offer and [tool.name for tool in offer.tools]


def test_a_server_that_was_never_started_is_expected_to_offer_what_was_seen(tested, known, found, pins):
    tested()
    expect_recorded(known, [(LAUNCH, found())], pins)
    assert names(known.load(LAUNCH)) == ["seen"]


def test_what_the_server_said_itself_is_known_better(tested, known, found, pins):
    tested()
    expect_recorded(known, [(LAUNCH, found())], pins)
    tested(tools=[{"name": "newer", "inputSchema": {}}])
    expect_recorded(known, [(LAUNCH, found())], pins)
    assert names(known.load(LAUNCH)) == ["seen"]


def test_another_way_to_start_it_may_be_another_program(tested, known, found, pins):
    tested(started={"kind": "pypi", "identifier": "demo"})
    expect_recorded(known, [(LAUNCH, found())], pins)
    assert known.load(LAUNCH) is None


@pytest.mark.parametrize("data", [b"{}", b"no JSON"])
def test_a_record_that_is_not_what_the_index_promises_is_not_believed(tested, known, found, pins, data):
    site = tested()
    (site / "recorded" / "demo.json").write_bytes(data)
    expect_recorded(known, [(LAUNCH, found())], pins)
    assert known.load(LAUNCH) is None


def test_other_tools_than_were_agreed_to_are_not_even_expected(tested, known, found, pins, settings):
    tested()
    pin = Pin(title="Demo", ways=(Way(kind="npm"),), tools_sha256="0" * 64)
    LockFile(settings.lock_path).change(lambda _: Lock(servers={"demo": pin}))
    expect_recorded(known, [(LAUNCH, found())], pins)
    assert known.load(LAUNCH) is None


def test_tools_are_listed_though_their_package_is_not_even_installed(tested, fake_npx, tmp_path):
    tested()
    npm = fake_npx().parent / "bin" / "npm"
    npm.write_text(f"#!{sys.executable} -I\nimport time\ntime.sleep(60)\n")
    argv = ["-P", "-c", "from hub_launch.cli.main import entrypoint; entrypoint()", "--stdio", "demo", "--yes"]
    folders = {f"HUB_{name.upper()}_DIR": str(tmp_path / name) for name in ("cache", "state", "config")}
    env = {"PATH": str(tmp_path / "bin"), "HUB_REGISTRY": str(tmp_path / "site"), **folders}

    async def use():
        transport = StdioTransport(sys.executable, argv, env=env, log_file=tmp_path / "err", keep_alive=False)
        async with Client(transport, mode="legacy") as client:
            return [tool.name for tool in await client.list_tools()]

    assert asyncio.run(use()) == ["demo_seen"]
