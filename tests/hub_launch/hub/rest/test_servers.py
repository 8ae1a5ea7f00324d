import pytest

from hub_launch.errors import HubError
from hub_launch.plan import About
from hub_launch.run.supervisor import failed as unplanned

OFFICIAL = "io.modelcontextprotocol.registry/official"
RUNTIME = "io.github.mcp-hub-launch/runtime"


@pytest.fixture
def named(launch):
    """A launch of what is in a registry."""
    from dataclasses import replace

    def make(id, **behaviour):
        return replace(launch(id, **behaviour), about=About(f"io.github.me/{id}", f"What {id} does.", "1.2.3"))

    return make


async def test_servers_are_listed_as_the_official_registrys_clients_read_them(hub, named):
    running = await hub(named("aa"))
    document = (await running.get("/v0/servers")).json()
    assert document["metadata"] == {"count": 1}
    (one,) = document["servers"]
    assert one["server"] == {
        "name": "io.github.me/aa",
        "title": "Aa",
        "description": "What aa does.",
        "version": "1.2.3",
        "remotes": [{"type": "streamable-http", "url": f"{running.url}/servers/aa/mcp"}],
    }
    assert one["_meta"][OFFICIAL]["status"] == "active"
    assert one["_meta"][OFFICIAL]["isLatest"] is True
    assert one["_meta"][RUNTIME]["state"] == "ready"


async def test_a_server_of_no_registry_is_listed_too(hub, launch):
    running = await hub(launch("aa"), unplanned=[unplanned("zz", "Zz", "npm", HubError("no Node here", "get Node"))])
    one, other = (await running.get("/v0/servers")).json()["servers"]
    assert one["server"]["name"] == "local/aa"
    assert other["_meta"][RUNTIME]["reason"] == "no Node here"
    assert other["_meta"][RUNTIME]["hint"] == "get Node"


async def test_a_list_has_pages(hub, launch):
    running = await hub(launch("cc"), launch("aa"), launch("bb"))
    first = (await running.get("/v0/servers?limit=2")).json()
    assert [one["server"]["title"] for one in first["servers"]] == ["Aa", "Bb"]
    assert first["metadata"] == {"count": 2, "nextCursor": "bb"}
    second = (await running.get("/v0/servers?limit=2&cursor=bb")).json()
    assert [one["server"]["title"] for one in second["servers"]] == ["Cc"]
    assert second["metadata"] == {"count": 1}


async def test_a_list_can_be_narrowed(hub, launch):
    running = await hub(launch("aa"), launch("bb"))
    found = (await running.get("/v0/servers?search=BB&version=latest")).json()
    assert [one["server"]["title"] for one in found["servers"]] == ["Bb"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", f"search={'x' * 201}"])
async def test_parameters_out_of_bounds_are_named(hub, launch, query):
    answer = await (await hub(launch("aa"))).get(f"/v0/servers?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert query.partition("=")[0] in answer.json()["detail"]


async def test_a_server_is_described_with_its_tools_and_words(hub, launch):
    running = await hub(launch("aa", tools=["echo"], instructions="Be kind."))
    runtime = (await running.get("/v0/servers/aa")).json()["_meta"][RUNTIME]
    assert [tool["name"] for tool in runtime["tools"]] == ["echo"]
    assert runtime["tools"][0]["inputSchema"]["type"] == "object"
    assert runtime["instructions"] == "Be kind."
    assert "tools" in runtime["allCapabilities"]
    assert runtime["capabilities"] == sorted(runtime["allCapabilities"])


@pytest.mark.parametrize("id", ["nope", "..%2faa", "%00", "%1b[31m", "a" * 5000])
async def test_an_unknown_server_is_a_problem_that_names_those_there_are(hub, launch, id):
    answer = await (await hub(launch("aa"))).get(f"/v0/servers/{id}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "\x1b" not in answer.text
    assert len(answer.text) < 500


async def test_servers_and_tools_are_found_by_words(hub, named):
    running = await hub(named("aa", tools=["read_file", "echo"]), named("files", tools=["list"]))
    found = (await running.get("/v0/search?q=FILE")).json()
    assert {(hit["server"], hit["tool"]) for hit in found["results"]} == {
        ("aa", "read_file"),
        ("files", None),
        ("files", "list"),
    }
    assert found["count"] == 3
    assert (await running.get("/v0/search?q=read%20a%20file")).json()["results"][0]["tool"] == "read_file"
    assert (await running.get("/v0/search?q=weather")).json() == {"results": [], "count": 0}
    limited = (await running.get("/v0/search?q=file&limit=1")).json()
    assert (len(limited["results"]), limited["count"]) == (1, 3)


async def test_a_search_for_nothing_is_refused(hub, launch):
    running = await hub(launch("aa"))
    assert (await running.get("/v0/search")).status_code == 422
    assert (await running.get("/v0/search?q=%20")).json()["count"] == 0
