"""Requests that are passed on, of clients and to servers of both eras: to whom, by which names, what comes back."""

import re

import pytest

from hub_launch.hub.naming import tool_name

ERAS = pytest.mark.parametrize("modern", [False, True], ids=["legacy client", "modern client"])
CHILDREN = pytest.mark.parametrize("era", ["legacy", "modern"])
PATHS = pytest.mark.parametrize("path", ["/mcp", "/servers/aa/mcp"])


def here(path, uri):
    """What a client of the address `path` calls a resource of the server `aa`."""
    return uri.replace("://", "://aa/") if path == "/mcp" else uri


@ERAS
@CHILDREN
@PATHS
async def test_a_resource_is_read_and_named_as_the_client_knows_it(hub, launch, wire, slow_path, modern, era, path):
    running = await hub(launch("aa", era=era, resources=["docs://a/b"]), launch("bb", resources=["docs://a/b"]))
    client = await wire(running, modern=modern, path=path)
    result = await client.result("resources/read", {"uri": here(path, "docs://a/b")})
    assert result["contents"] == [{"uri": here(path, "docs://a/b"), "text": "text of docs://a/b"}]
    # How long it holds is the newer protocol's to say.
    hints = {"ttlMs": 0, "cacheScope": "private", "resultType": "complete"} if modern else {}
    assert result == {"contents": result["contents"], **hints}
    assert slow_path == []


@ERAS
@PATHS
async def test_a_resource_of_a_template_is_not_listed_and_read_all_the_same(hub, launch, wire, modern, path):
    running = await hub(launch("aa", templates=["file:///{path}"]))
    client = await wire(running, modern=modern, path=path)
    (template,) = (await client.result("resources/templates/list"))["resourceTemplates"]
    assert template["uriTemplate"] == here(path, "file:///{path}")
    (content,) = (await client.result("resources/read", {"uri": here(path, "file:///x/y")}))["contents"]
    assert content["text"] == "text of file:///x/y"


async def test_a_resource_may_be_read_under_the_address_that_a_result_told(hub, launch, wire):
    running = await hub(launch("aa"), launch("bb", resources=["docs://a/b"]))
    client = await wire(running, modern=True)
    (content,) = (await client.result("resources/read", {"uri": "docs://a/b"}))["contents"]
    assert content["uri"] == "docs://bb/a/b"


@ERAS
@CHILDREN
@PATHS
async def test_a_prompt_is_got_from_the_server_that_has_it(hub, launch, wire, slow_path, modern, era, path):
    running = await hub(launch("aa", era=era, prompts=["greet"]), launch("bb", prompts=["greet"]))
    client = await wire(running, modern=modern, path=path)
    result = await client.result("prompts/get", {"name": "aa_greet" if path == "/mcp" else "greet"})
    assert result["messages"][0]["content"]["text"] == "prompt greet"
    assert result.get("resultType") == ("complete" if modern else None)
    assert slow_path == []


@ERAS
@CHILDREN
@PATHS
async def test_arguments_of_prompts_and_templates_are_completed(hub, launch, wire, slow_path, modern, era, path):
    running = await hub(launch("aa", era=era, prompts=["greet"], templates=["docs://{x}"]), launch("bb"))
    client = await wire(running, modern=modern, path=path)
    argument = {"name": "x", "value": "va"}
    for kind, key, name, own in [
        ("prompt", "name", "aa_greet" if path == "/mcp" else "greet", "greet"),
        ("resource", "uri", here(path, "docs://{x}"), "docs://{x}"),
    ]:
        ref = {"type": f"ref/{kind}", key: name}
        result = await client.result("completion/complete", {"ref": ref, "argument": argument})
        assert result["completion"] == {"values": [f"va-{own}"]}
    assert slow_path == []


@ERAS
@pytest.mark.parametrize(
    ("method", "params", "told"),
    [
        ("prompts/get", {"name": "aa_gret"}, "server 'aa' has no prompt 'gret'; did you mean aa_greet?"),
        (
            "prompts/get",
            {"name": "cc_x"},
            "no server 'cc' runs in this hub; prompts are named <server>_<prompt>, of aa",
        ),
        ("resources/read", {"uri": "docs://cc/x"}, "no server of this hub has 'docs://cc/x'"),
    ],
)
async def test_what_nobody_has_is_refused_with_a_reason(hub, launch, wire, modern, method, params, told):
    running = await hub(launch("aa", prompts=["greet"]))
    client = await wire(running, modern=modern)
    error = await client.error(method, params)
    assert error["code"] == -32602
    assert told in error["message"]


@ERAS
@CHILDREN
async def test_a_server_by_itself_is_asked_whatever_it_may_have_and_its_error_is_passed_on(
    hub, launch, wire, modern, era
):
    running = await hub(launch("aa", era=era, prompts=["greet"]))
    client = await wire(running, modern=modern, path="/servers/aa/mcp")
    error = await client.error("prompts/get", {"name": "nope"})
    assert error == {"code": -32602, "message": "Unknown prompt: nope"}


@ERAS
async def test_a_prompt_of_a_server_that_failed_says_why(hub, launch, wire, modern):
    running = await hub(launch("aa"), launch("bad", exit=1, stderr="no API key\n"))
    client = await wire(running, modern=modern)
    error = await client.error("prompts/get", {"name": "bad_greet"})
    assert "server 'bad' is failed: exited with code 1: no API key" in error["message"]


@ERAS
@CHILDREN
async def test_a_server_by_itself_is_asked_what_only_it_may_know(hub, launch, wire, slow_path, modern, era):
    running = await hub(launch("aa", era=era))
    client = await wire(running, modern=modern, path="/servers/aa/mcp")
    result = await client.result("extension/echo", {"text": "hö"})
    assert result == {"echoed": "hö"} | ({"resultType": "complete"} if modern else {})
    assert await client.error("extension/other") == {"code": -32601, "message": "Method not found"}
    assert slow_path == []


@ERAS
@pytest.mark.parametrize(
    ("path", "method", "told"),
    [
        ("/mcp", "extension/echo", "a server may, at /servers/<id>/mcp"),
        ("/servers/aa/mcp", "tasks/list", "would show each the tasks of the others"),
    ],
)
async def test_what_cannot_be_passed_on_is_refused_with_a_reason(hub, launch, wire, modern, path, method, told):
    running = await hub(launch("aa"))
    client = await wire(running, modern=modern, path=path)
    response = await client.ask(method)
    assert response.json()["error"]["code"] == -32601
    assert told in response.json()["error"]["message"]
    assert response.status_code == (404 if modern else 200)


@PATHS
@pytest.mark.parametrize(
    ("modern", "method"),
    [
        *((True, name) for name in ("ping", "logging/setLevel", "resources/subscribe")),
        *((False, name) for name in ("server/discover", "subscriptions/listen")),
    ],
)
async def test_what_only_the_other_version_of_the_protocol_has_is_refused(hub, launch, wire, modern, path, method):
    running = await hub(launch("aa"))
    client = await wire(running, modern=modern, path=path)
    error = await client.error(method, {"uri": "docs://x", "level": "info", "notifications": {}})
    assert error["code"] == -32601
    assert "not in this client's version of the protocol" in error["message"]


# Names


LONG = "read_" + "x" * 70


@ERAS
async def test_a_name_that_clients_do_not_take_is_another_at_the_hub_and_both_are_understood(hub, launch, wire, modern):
    running = await hub(launch("aa", tools=[LONG, "get.it"], prompts=["greet you"]))
    client = await wire(running, modern=modern)
    tools = [one["name"] for one in (await client.result("tools/list"))["tools"]]
    assert tools == [tool_name("aa", LONG), tool_name("aa", "get.it")]
    assert all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", name) for name in tools)
    for name, own in [*zip(tools, (LONG, "get.it"), strict=True), (f"aa_{LONG}", LONG), ("aa_get.it", "get.it")]:
        result = await client.result("tools/call", {"name": name})
        assert result["content"][0]["text"] == f"unknown tool {own}"
    (prompt,) = (await client.result("prompts/list"))["prompts"]
    result = await client.result("prompts/get", {"name": prompt["name"]})
    assert result["messages"][0]["content"]["text"] == "prompt greet you"


async def test_of_two_that_meet_in_one_name_the_servers_own_comes_first_and_the_other_is_not_listed(hub, launch, wire):
    met = tool_name("aa", "get.it").removeprefix("aa_")
    running = await hub(launch("aa", tools=["get.it", met]))
    client = await wire(running, modern=True)
    assert [one["name"] for one in (await client.result("tools/list"))["tools"]] == [f"aa_{met}"]
    for name, own in [(f"aa_{met}", met), ("aa_get.it", "get.it")]:
        assert (await client.result("tools/call", {"name": name}))["content"][0]["text"] == f"unknown tool {own}"


async def test_by_itself_a_server_keeps_its_names(hub, launch, wire):
    running = await hub(launch("aa", tools=[LONG, "get.it"]))
    client = await wire(running, modern=True, path="/servers/aa/mcp")
    assert [one["name"] for one in (await client.result("tools/list"))["tools"]] == [LONG, "get.it"]


@pytest.mark.parametrize("path", ["/mcp", "/servers/" + "i" * 64 + "/mcp"])
async def test_an_id_that_leaves_no_room_is_cut(hub, launch, wire, path):
    name = "i" * 64
    running = await hub(launch(name, resources=["docs://a"]))
    client = await wire(running, modern=True, path=path)
    tools = [one["name"] for one in (await client.result("tools/list"))["tools"]]
    (resource,) = (await client.result("resources/list"))["resources"]
    assert all(len(one) <= 64 for one in tools)
    assert (await client.result("tools/call", {"name": tools[0]}))["content"][0]["text"] == "{}"
    (content,) = (await client.result("resources/read", {"uri": resource["uri"]}))["contents"]
    assert content["uri"] == resource["uri"]
