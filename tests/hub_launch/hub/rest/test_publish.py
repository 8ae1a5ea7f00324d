import pytest
import yaml

from hub_launch.hub.access import Access
from hub_launch.hub.rest.means import Abilities
from hub_launch.judge.overlay import Overlay

TOKEN = "token-0123456789abcdef"
ROUTES = [("POST", "/v0/publish"), ("PUT", "/v0/servers/mine"), ("DELETE", "/v0/servers/mine")]


@pytest.fixture
def overlay(tmp_path):
    return Overlay(tmp_path / "overlay", lambda name: "public" if name == "time" else "")


@pytest.fixture
async def send(hub, launch, ask, overlay):
    """Sends an entry, as who knows the token, to a hub that publishes."""
    running = await hub(launch("aa"), access=Access(token=TOKEN), abilities=Abilities(overlay=lambda: overlay))

    async def to(method, path, body=None, kind="application/json", token=TOKEN):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if isinstance(body, bytes):
            headers["content-type"] = kind
        return await ask(running, method, path, body, headers=headers)

    return to


async def test_an_entry_is_published_in_json_or_yaml(send, overlay, make_registry):
    one, two = make_registry.document("one"), make_registry.document("two")
    answer = await send("POST", "/v0/publish", one)
    assert answer.status_code == 201
    expected = {"id": "one", "version": "1.4.0", "verdict": "OK", "findings": [], "start": "hub-launch one"}
    assert answer.json() == expected
    again = await send("POST", "/v0/publish", yaml.safe_dump(two).encode(), "application/yaml")
    assert again.status_code == 201
    assert overlay.names() == ["one", "two"]


async def test_nothing_is_started_by_publishing(send, make_registry):
    await send("POST", "/v0/publish", make_registry.document("mine"))
    servers = (await send("GET", "/v0/status")).json()["servers"]
    assert [one["id"] for one in servers] == ["aa"]


async def test_what_a_person_should_look_at_is_told(send, make_registry):
    document = make_registry.document("mine")
    del document["packages"][0]["integrity"]
    answer = await send("POST", "/v0/publish", document)
    assert (answer.status_code, answer.json()["verdict"]) == (201, "REVIEW")
    assert answer.json()["findings"][0]["pointer"] == "/packages/0/integrity"


async def test_what_no_registry_would_take_is_refused_with_all_that_is_wrong(send, overlay, make_registry, is_problem):
    document = make_registry.document("mine", license="No Such License", command="rm")
    answer = await send("POST", "/v0/publish", document)
    is_problem(answer, 422)
    assert {"/license", "/command"} <= {one["pointer"] for one in answer.json()["findings"]}
    assert overlay.names() == []


async def test_an_id_that_has_a_meaning_is_a_conflict(send, make_registry, is_problem):
    assert "in public" in is_problem(await send("POST", "/v0/publish", make_registry.document("time")), 409)
    await send("POST", "/v0/publish", make_registry.document("mine"))
    assert "already" in is_problem(await send("POST", "/v0/publish", make_registry.document("mine")), 409)


async def test_an_entry_is_replaced_and_forgotten(send, overlay, make_registry, is_problem):
    path = "/v0/servers/mine"
    is_problem(await send("PUT", path, make_registry.document("mine")), 404)
    await send("POST", "/v0/publish", make_registry.document("mine"))
    answer = await send("PUT", path, make_registry.document("mine", version="2.0.0"))
    assert (answer.status_code, answer.json()["version"]) == (200, "2.0.0")
    is_problem(await send("PUT", path, make_registry.document("other")), 409)
    assert (await send("DELETE", path)).status_code == 204
    is_problem(await send("DELETE", path), 404)
    assert overlay.names() == []


async def test_a_server_that_is_no_entry_of_ones_own_is_not_forgotten(send, is_problem):
    is_problem(await send("DELETE", "/v0/servers/aa"), 404)
    is_problem(await send("DELETE", "/v0/servers/..%2faa"), 404)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b'{"id": "a", "id": "b"}', b"\xff"])
async def test_what_is_no_entry_is_refused(send, is_problem, body):
    answer = await send("POST", "/v0/publish", body)
    is_problem(answer, 422 if body else 400)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_who_does_not_know_the_token_publishes_nothing(send, make_registry, method, path):
    for token in ("", "wrong-0123456789abcdef"):
        assert (await send(method, path, make_registry.document("mine"), token=token)).status_code == 401


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_hub_that_asks_nobody_publishes_nothing(hub, ask, overlay, make_registry, is_problem, method, path):
    """Not even on loopback: any program of any user of this machine could ask."""
    running = await hub(abilities=Abilities(overlay=lambda: overlay))
    detail = is_problem(await ask(running, method, path, make_registry.document("mine")), 403)
    assert "needs a token" in detail
    assert overlay.names() == []


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_hub_without_an_overlay_publishes_nothing(hub, ask, is_problem, method, path):
    running = await hub(access=Access(token=TOKEN))
    answer = await ask(running, method, path, {}, headers={"authorization": f"Bearer {TOKEN}"})
    assert "publishes nothing" in is_problem(answer, 403)
