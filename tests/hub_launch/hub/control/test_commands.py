"""What a running hub does for its user."""

import pytest

from hub_launch.errors import HubError
from hub_launch.hub.control.commands import About, Commands
from hub_launch.hub.rest.means import Means
from hub_launch.run.supervisor import Supervisor, failed


@pytest.fixture
async def commands(tmp_path, launch):
    """The commands of a hub with the servers aa and xx, of which the second could not be planned."""
    unplanned = failed("xx", "X", "npm", HubError("npx is not installed", "install Node.js"))
    supervisor = Supervisor([launch("aa", tools=["pid"])], [unplanned], tmp_path, lambda status: None)

    async def plan(request):
        if request["id"] == "other":
            raise HubError("the hub would start something else")
        return launch(request["id"], **request.get("how", {}))

    made = Commands(Means(supervisor), About("http://127.0.0.1:8080", "/home/me/hub.yaml"), plan)
    made.supervisor = supervisor
    supervisor.start()
    await supervisor.settled()
    yield made
    await supervisor.close()


async def test_status_is_what_rest_says_with_what_is_the_users_alone(commands):
    status = await commands("status", {})
    assert (status["address"], status["config"]) == ("http://127.0.0.1:8080", "/home/me/hub.yaml")
    assert status["pid"] > 0
    first, second = status["servers"]
    assert (first["id"], first["state"], first["offers"]["tools"]) == ("aa", "ready", 1)
    assert first["memory"] > 1024**2
    assert (second["state"], second["reason"], second["memory"]) == ("failed", "npx is not installed", None)


async def test_a_server_is_added_and_its_start_told(commands):
    became = await commands("add", {"id": "bb", "how": {"tools": ["a", "b"]}})
    assert became == {"state": "ready", "reason": "", "hint": "", "tools": 2}
    assert list(commands.supervisor.servers) == ["aa", "xx", "bb"]


async def test_a_start_that_fails_is_told_with_its_reason(commands):
    became = await commands("add", {"id": "bb", "how": {"exit": 1, "stderr": "no key\n"}})
    assert became["state"] == "failed"
    assert became["reason"] == "exited with code 1: no key"


async def test_what_was_not_approved_is_not_added(commands):
    with pytest.raises(HubError, match="something else"):
        await commands("add", {"id": "other"})
    assert list(commands.supervisor.servers) == ["aa", "xx"]


async def test_a_server_is_stopped_started_restarted_and_removed(commands):
    server = commands.supervisor.servers["aa"]
    await commands("stop", {"server": "aa"})
    assert server.status.state == "stopped"
    assert (await commands("start", {"server": "aa"}))["state"] == "ready"
    assert (await commands("restart", {"server": "aa"}))["state"] == "ready"
    await commands("remove", {"server": "aa"})
    assert list(commands.supervisor.servers) == ["xx"]


@pytest.mark.parametrize(
    ("what", "parameters", "message"),
    [
        ("dance", {}, "this hub knows no command 'dance'"),
        ("stop", {}, "which server"),
        ("stop", {"server": 5}, "which server"),
        ("restart", {"server": "zz"}, "No server 'zz' is in this hub"),
        ("start", {"server": "xx"}, "npx is not installed"),
        ("reload", {}, "this hub knows no command 'reload'"),
    ],
)
async def test_what_cannot_be_done_is_said(commands, what, parameters, message):
    with pytest.raises(HubError, match=message):
        await commands(what, parameters)


async def test_a_hub_may_do_more(commands):
    async def dance(parameters):
        return parameters["steps"]

    more = Commands(Means(commands.supervisor), About(""), None, {"dance": dance})
    assert await more("dance", {"steps": 3}) == 3
