import asyncio
import json
import re
import signal
import subprocess
import sys

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

from hub_launch.hub.serve import listen


@pytest.fixture(autouse=True)
def _logs(own_logging):
    """A launch in this process sends its log messages to a file."""


@pytest.fixture
def mcp_json(tmp_path, launch):
    """An editor's mcp.json with tiny servers: name -> how it behaves."""

    def write(**servers):
        entries = {
            name: {"command": launch(**config).argv[0], "args": list(launch(**config).argv[1:])}
            for name, config in servers.items()
        }
        path = tmp_path / "mcp.json"
        path.write_text(json.dumps({"mcpServers": entries}))
        return str(path)

    return write


@pytest.fixture
def hub(process):
    """Starts a hub as a user does; `.address` once it is ready, `.end()` for its exit code and all it said."""
    running = []

    class Hub:
        def __init__(self, *argv):
            self._process = process(*argv, "--port", "0", stderr=subprocess.STDOUT, bufsize=1)
            self._lines = []
            running.append(self._process)

        @property
        def address(self):
            for line in self._process.stdout:
                self._lines.append(line)
                if line.startswith("Ready."):
                    return re.search(r"MCP endpoint\s+(\S+)/mcp ", "".join(self._lines)).group(1)
            raise AssertionError("the hub did not get ready:\n" + "".join(self._lines))

        def end(self, number=None):
            if number:
                self._process.send_signal(number)
            return self.ended(30)

        def signal(self, number):
            self._process.send_signal(number)

        def ended(self, seconds):
            out, _ = self._process.communicate(timeout=seconds)
            return self._process.returncode, "".join(self._lines) + out

    yield Hub
    for one in running:
        one.kill()
        one.communicate()


# A hub


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_servers_of_the_registry_and_of_an_editor_are_served_until_a_signal(
    hub, publish, entry, fake_npx, mcp_json, alive, number
):
    publish([entry("demo")])
    fake_npx(tools=["echo", "pid"])
    started = hub(
        "demo", "--yes", "--mcp-json", mcp_json(My_Own={"tools": ["pid"]}, bad={"exit": 1, "stderr": "no key"})
    )
    address = started.address

    async def use():
        async with Client(StreamableHttpTransport(f"{address}/mcp")) as client:
            names = [tool.name for tool in await client.list_tools()]
            pids = [(await client.call_tool(name)).content[0].text for name in ("demo_pid", "my-own_pid")]
        async with Client(StreamableHttpTransport(f"{address}/servers/demo/mcp"), mode="legacy") as client:
            return names, pids, [tool.name for tool in await client.list_tools()]

    names, pids, single = asyncio.run(use())
    assert names == ["demo_echo", "demo_pid", "my-own_pid"]
    assert single == ["echo", "pid"]
    code, said = started.end(number)
    assert code == 0
    assert not any(alive(int(pid)) for pid in pids)
    assert re.search(r"^demo: ready, 2 tools, \d+\.\d s$", said, re.MULTILINE)
    assert "bad: failed: exited with code 1: no key (see " in said
    assert "Tools (3)\n  demo: echo, pid\n  my-own: pid\n" in said
    assert f"one server     {address}/servers/demo/mcp\n" in said
    assert said.endswith("All servers ended.\n")


def test_an_impatient_ctrl_c_ends_servers_that_obey_nothing_within_ten_seconds(hub, mcp_json, alive, tmp_path):
    stubborn = {"tools": ["pid"], "ignore_eof": True, "ignore_term": True}
    started = hub("--yes", "--mcp-json", mcp_json(one=stubborn, two=stubborn, three=stubborn))

    async def pids():
        async with Client(StreamableHttpTransport(f"{started.address}/mcp")) as client:
            return [int((await client.call_tool(f"{name}_pid")).content[0].text) for name in ("one", "two", "three")]

    servers = asyncio.run(pids())
    started.signal(signal.SIGINT)
    started.signal(signal.SIGINT)
    # What is promised, and no guess of how long a machine takes.
    code, said = started.ended(10)
    assert code == 0
    assert not any(map(alive, servers))
    assert said.endswith("All servers ended.\n")


def test_a_server_that_cannot_be_started_here_fails_alone_and_is_told_with_the_hint(hub, publish, entry, npm, mcp_json):
    publish([entry("demo", packages=[npm(registryType="nuget", identifier="A.B")])])
    started = hub("demo", "--yes", "--mcp-json", mcp_json(mine={}))
    with httpx2.Client(trust_env=False) as http:
        answer = http.get(f"{started.address}/servers/demo/mcp")
    code, said = started.end(signal.SIGTERM)
    assert code == 0
    assert "demo: failed: demo can only be started as nuget, which this launcher does not know (`pip install" in said
    assert answer.status_code == 503
    assert "which this launcher does not know" in answer.json()["detail"]


def test_a_signal_while_a_package_is_installed_ends_npm_too_and_leaves_nothing(
    hub, publish, entry, fake_npx, tmp_path, alive, eventually
):
    publish([entry("demo")])
    fake_npx()
    code = f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(f'{{os.getpid()}} ')\ntime.sleep(600)\n"
    (tmp_path / "bin" / "npm").write_text(f"#!{sys.executable} -I\n{code}")
    started = hub("demo", "--yes")
    pid = int(eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith(" ") and
                         (tmp_path / "pid").read_text()))  # fmt: skip
    code, said = started.end(signal.SIGINT)
    assert code == 0
    assert "demo: starting: installing @somebody/demo 1.2.3\n" in said
    assert not alive(pid)
    assert not [path for path in (tmp_path / "cache" / "packages" / "npm").iterdir() if path.is_dir()]


def test_a_package_that_cannot_be_installed_fails_alone_with_what_npm_says(hub, publish, entry, fake_npx, mcp_json):
    publish([entry("demo")])
    npm = fake_npx().parent / "bin" / "npm"
    npm.write_text(
        f"#!{sys.executable} -I\nimport sys\nsys.exit('npm error code E404\\nnpm error 404 no such version')\n"
    )
    started = hub("demo", "--yes", "--mcp-json", mcp_json(mine={}))
    assert started.address
    code, said = started.end(signal.SIGTERM)
    assert code == 0
    assert "demo: failed: @somebody/demo@1.2.3 cannot be installed: 404 no such version (is the network up" in said
    assert "mine: ready" in said


def test_a_lazy_server_is_asked_what_it_offers_and_started_again_by_the_first_call(hub, mcp_json, alive, tmp_path):
    record = tmp_path / "asked"
    started = hub("--yes", "--lazy", "one", "--mcp-json", mcp_json(one={"tools": ["pid"], "record": str(record)}))
    address = started.address
    before = record.read_text().split()

    async def use():
        async with Client(StreamableHttpTransport(f"{address}/mcp")) as client:
            names = [tool.name for tool in await client.list_tools()]
            return names, (await client.call_tool("one_pid")).content[0].text

    names, pid = asyncio.run(use())
    code, said = started.end(signal.SIGTERM)
    assert code == 0
    assert names == ["one_pid"]
    assert before.count("tools/call") == 0
    assert re.search(r"^one: ready, 1 tool, .* s, not running; the next call starts it$", said, re.MULTILINE)
    assert re.search(r"^one: ready, 1 tool, \d+\.\d s$", said, re.MULTILINE)
    assert not alive(int(pid))


def test_a_lazy_server_that_is_not_started_at_all_is_exit_2(cli, publish, entry, started):
    publish([entry("demo")])
    ran = cli("demo", "--yes", "--lazy", "other")
    assert ran.code == 2
    assert (
        "error: --lazy other: other is not among the servers to start\n  hint: they are demo; `--lazy all`" in ran.err
    )
    assert not started()


def test_when_nothing_starts_the_hub_ends_with_exit_1(hub, mcp_json):
    code, said = hub("--yes", "--mcp-json", mcp_json(bad={"exit": 3})).end()
    assert code == 1
    assert "bad: failed: exited with code 3 and said nothing" in said
    assert "No server started, so the hub ends.\n" in said


def test_over_stdio_an_editor_gets_the_tools_and_what_ran_is_on_standard_error(publish, entry, fake_npx, tmp_path):
    publish([entry("demo")])
    fake_npx(tools=["echo"])
    argv = ["-P", "-c", "from hub_launch.cli.main import entrypoint; entrypoint()", "--stdio", "demo", "--yes"]
    env = {
        "PATH": f"{tmp_path / 'bin'}",
        "HUB_REGISTRY": str(tmp_path / "site"),
        "HUB_CACHE_DIR": str(tmp_path / "cache"),
        "HUB_STATE_DIR": str(tmp_path / "state"),
        "HUB_CONFIG_DIR": str(tmp_path / "config"),
        "HUB_SANDBOX": "off",
    }

    async def use():
        transport = StdioTransport(sys.executable, argv, env=env, log_file=tmp_path / "err", keep_alive=False)
        async with Client(transport, mode="legacy") as client:
            names = [tool.name for tool in await client.list_tools()]
            return names, (await client.call_tool("demo_echo", {"a": 1})).content[0].text

    assert asyncio.run(use()) == (["demo_echo"], '{"a": 1}')
    said = (tmp_path / "err").read_text()
    assert said.startswith("demo: Demo (npm)\n  published    io.github.somebody/demo 1.2.3\n")
    assert "demo: ready, 1 tool" in said


# What is refused before anything starts


@pytest.fixture
def started(fake_npx):
    """Whether anything was started."""
    log = fake_npx()
    return log.exists


def test_nothing_to_start_is_exit_2(cli):
    ran = cli("launch")
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err
        == "error: Nothing to start\n  hint: name servers, e.g. `hub-launch time`; `hub-launch list` shows them\n"
    )


def test_an_unknown_id_is_exit_2_with_the_nearest_and_starts_nothing(cli, publish, entry, started):
    publish([entry("demo"), entry("time")])
    ran = cli("demo", "tiem", "--yes")
    assert ran.code == 2
    assert "did you mean time? " in ran.err
    assert not started()


def test_a_withdrawn_server_is_refused(cli, publish, entry, started):
    publish([entry("gone", status="withdrawn")])
    ran = cli("gone", "--yes")
    assert ran.code == 3
    assert "was withdrawn" in ran.err
    assert not started()


def test_without_consent_nothing_starts_and_the_command_that_gives_it_is_named(cli, publish, entry, started, tmp_path):
    publish([entry("demo")])
    ran = cli("demo", "--port", "0")
    assert ran.code == 4
    assert f"  runs         {tmp_path / 'bin' / 'npx'} --yes @somebody/demo@1.2.3\n" in ran.err
    assert "hint: to approve them: `hub-launch demo --port 0 --yes`" in ran.err
    assert not started()


def test_a_user_who_says_no_starts_nothing(cli, publish, entry, started, answers):
    publish([entry("demo")])
    answers("n")
    ran = cli("demo", "--port", "0", interactive=True)
    assert ran.code == 4
    assert ran.err.endswith("Start this server? [y/N] error: Nothing was started\n")
    assert not started()


def test_a_port_in_use_is_exit_5_and_starts_nothing(cli, publish, entry, started):
    publish([entry("demo")])
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        ran = cli("demo", "--yes", "--port", str(port))
    assert ran.code == 5
    assert f"error: Port {port} on 127.0.0.1 is in use, so nothing was started\n" in ran.err
    assert not started()


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_a_port_that_cannot_be_one_is_exit_2(cli, publish, entry, started, port):
    publish([entry("demo")])
    ran = cli("demo", "--yes", f"--port={port}")
    assert (ran.code, "--port" in ran.err) == (2, True)
    assert not started()


def test_an_address_that_others_reach_is_exit_2(cli, publish, entry, started):
    publish([entry("demo")])
    ran = cli("demo", "--yes", "--host", "0.0.0.0", "--port", "0")
    assert ran.code == 2
    assert "others can reach that address" in ran.err
    assert not started()


def test_an_mcp_json_that_cannot_be_read_is_exit_2(cli, tmp_path):
    ran = cli("--mcp-json", str(tmp_path / "nowhere.json"))
    assert ran.code == 2
    assert "nowhere.json cannot be read" in ran.err


def test_two_servers_of_one_name_are_refused(cli, publish, entry, mcp_json, started):
    publish([entry("demo")])
    ran = cli("demo", "--yes", "--mcp-json", mcp_json(demo={}))
    assert ran.code == 2
    assert "Two servers would be called demo" in ran.err
    assert not started()


def test_if_not_one_server_can_be_planned_the_first_reason_is_the_error(cli, publish, entry, no_runner):
    publish([entry("demo"), entry("other")])
    ran = cli("demo", "other", "--yes")
    assert ran.code == 1
    assert ran.err.startswith("error: npx is not installed\n  hint: install Node.js")


@pytest.mark.parametrize("ids", [["demo"], []], ids=["with ids", "with an mcp.json alone"])
def test_a_parameter_of_a_server_that_is_not_started_is_exit_2(cli, publish, entry, mcp_json, started, ids):
    publish([entry("demo")])
    ran = cli(*ids, "--yes", "--mcp-json", mcp_json(mine={}), "--set", "other.x=1")
    assert ran.code == 2
    assert "error: --set other.…: other is not among the servers " in ran.err
    assert not started()


@pytest.mark.parametrize("minutes", ["0", "4", "x", "-1"])
def test_a_time_without_calls_that_is_too_short_is_exit_2(cli, publish, entry, started, minutes):
    publish([entry("demo")])
    ran = cli("demo", "--yes", f"--idle={minutes}")
    assert (ran.code, "is not a number of minutes, 5 at least" in ran.err) == (2, True)
    assert not started()


def test_hidden_tools_are_not_offered_and_what_has_no_effect_is_said(hub, mcp_json):
    running = hub(
        "--mcp-json", mcp_json(aa={"tools": ["read", "write"]}), "--yes", "--hide", "aa.wr*", "--only", "aa.r?"
    )
    assert running.address
    said = running.end(signal.SIGTERM)[1]
    assert "note: --only aa.r? has no effect on any tool\n" in said
    assert "Tools (0)\n  aa: none\n" in said


def test_a_pattern_of_no_server_is_exit_2_and_starts_nothing(cli, publish, entry, started):
    publish([entry("demo")])
    ran = cli("demo", "--yes", "--hide", "dmeo.*")
    assert ran.code == 2
    assert "error: dmeo.*: none of the servers to start is meant by it\n  hint: they are demo\n" in ran.err
    assert not started()
