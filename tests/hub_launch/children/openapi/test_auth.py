import base64
import json
from urllib.parse import parse_qs

import httpx2
import pytest

from hub_launch.children.openapi.auth import OAuth2


async def test_a_bearer_token_comes_from_the_environment(pets, api, ask):
    await ask(pets({"auth": {"type": "bearer", "variable": "TOKEN"}}, TOKEN="hunter2"), "getPet", name="rex")
    assert api.requests[0].headers["authorization"] == "Bearer hunter2"


async def test_a_key_goes_into_its_header(pets, api, ask):
    auth = {"type": "apiKey", "in": "header", "name": "X-Key", "variable": "KEY"}
    await ask(pets({"auth": auth}, KEY="hunter2"), "getPet", name="rex")
    assert api.requests[0].headers["x-key"] == "hunter2"


async def test_a_key_goes_into_the_query_beside_the_arguments(pets, api, ask):
    auth = {"type": "apiKey", "in": "query", "name": "key", "variable": "KEY"}
    await ask(pets({"auth": auth}, KEY="hunter2&x=y"), "getPet", name="rex", detail="all")
    assert sorted(api.requests[0].path.partition("?")[2].split("&")) == ["detail=all", "key=hunter2%26x%3Dy"]


async def test_basic_authentication_is_two_variables(pets, api, ask):
    auth = {"type": "basic", "username": "USER_NAME", "password": "PASSWORD"}
    await ask(pets({"auth": auth}, USER_NAME="me", PASSWORD="hunter2"), "getPet", name="rex")
    scheme, _, pair = api.requests[0].headers["authorization"].partition(" ")
    assert (scheme, base64.b64decode(pair)) == ("Basic", b"me:hunter2")


async def test_a_key_goes_into_a_cookie_beside_the_arguments(pets, api, ask):
    auth = {"type": "apiKey", "in": "cookie", "name": "key", "variable": "KEY"}
    await ask(pets({"auth": auth}, KEY="hunter2"), "addPet", shop="4711")
    assert api.requests[0].headers["cookie"] == "shop=4711; key=hunter2"


@pytest.mark.parametrize("place", ["query", "header", "cookie"])
async def test_a_key_is_no_argument_of_a_tool(pets, spec, api, ask, place):
    spec["paths"]["/pets/{name}"]["get"]["parameters"].append(
        {"name": "Key", "in": place, "schema": {"type": "string"}}
    )
    auth = {"type": "apiKey", "in": place, "name": "key", "variable": "KEY"}
    server = pets({"auth": auth}, spec, KEY="hunter2")
    (tool,) = [tool for tool in await server.list_tools() if tool.name == "getPet"]
    assert sorted(tool.parameters["properties"]) == ["detail", "name"]


async def test_a_line_break_around_a_credential_is_not_a_part_of_it(pets, api, ask):
    await ask(pets({"auth": {"type": "bearer", "variable": "TOKEN"}}, TOKEN="hunter2\n"), "getPet", name="rex")
    assert api.requests[0].headers["authorization"] == "Bearer hunter2"


async def test_a_line_break_in_a_credential_is_refused_at_once_and_not_shown(pets):
    with pytest.raises(ValueError, match=r"^TOKEN has control characters in it$"):
        pets({"auth": {"type": "bearer", "variable": "TOKEN"}}, TOKEN="hunter2\r\nX-Admin: 1")


async def test_without_credentials_nothing_is_proved(pets, api, ask):
    assert not (await ask(pets({"auth": {"type": "bearer", "variable": "TOKEN"}}), "getPet", name="rex")).is_error
    assert "authorization" not in api.requests[0].headers


# OAuth 2


OAUTH = {"type": "oauth2", "clientId": "ID", "clientSecret": "SECRET"}


@pytest.fixture
def tokens(api, web_answer):
    """An authorization server beside the API: gives out token-1, token-2, ...; the API accepts the latest."""

    class Tokens:
        def __init__(self):
            self.url = f"{api.url}/oauth/token"
            self.given = 0
            self.forms = ()
            self.extra = {"expires_in": 3600}
            self.refused = frozenset()

        def give(self, request):
            self.given += 1
            self.forms = (*self.forms, {name: value for name, (value,) in parse_qs(request.body.decode()).items()})
            answer = {"access_token": f"token-{self.given}", "token_type": "Bearer"} | self.extra
            return web_answer(json.dumps(answer).encode(), 200, {"Content-Type": "application/json"})

        def pet(self, request):
            token = request.headers["authorization"]
            return web_answer(json.dumps({"seen": token}).encode(), 401 if token in self.refused else 200)

    made = Tokens()
    api.answers |= {"/oauth/token": made.give, "/v1/pets/rex": made.pet}
    return made


@pytest.fixture
def rex(pets, tokens, ask):
    """Asks for a pet of the API with a token; returns the answer as text."""
    servers = {}

    async def run(**auth):
        key = json.dumps(auth)
        secrets = {"ID": "me", "SECRET": "hunter2 &", "REFRESH": "refresh-0"}
        servers[key] = servers.get(key) or pets({"auth": OAUTH | {"tokenUrl": tokens.url} | auth}, **secrets)
        return (await ask(servers[key], "getPet", name="rex")).content[0].text

    return run


async def test_a_client_asks_for_a_token_once_in_its_own_name(rex, tokens, api):
    assert json.loads(await rex()) == {"seen": "Bearer token-1"}
    assert json.loads(await rex()) == {"seen": "Bearer token-1"}
    assert tokens.forms == ({"grant_type": "client_credentials"},)
    scheme, _, pair = api.requests[0].headers["authorization"].partition(" ")
    assert (scheme, base64.b64decode(pair)) == ("Basic", b"me:hunter2+%26")


async def test_scopes_the_api_and_the_client_may_be_said_in_the_body(rex, tokens, api):
    await rex(scopes=["read", "write"], audience="https://api.example.com", clientAuthentication="body")
    assert tokens.forms[0] == {
        "grant_type": "client_credentials",
        "scope": "read write",
        "audience": "https://api.example.com",
        "client_id": "me",
        "client_secret": "hunter2 &",
    }
    assert "authorization" not in api.requests[0].headers


async def test_a_refresh_token_is_used_and_replaced(rex, tokens):
    tokens.extra = {"expires_in": 0, "refresh_token": "refresh-1"}
    await rex(refreshToken="REFRESH")
    await rex(refreshToken="REFRESH")
    assert [form["refresh_token"] for form in tokens.forms] == ["refresh-0", "refresh-1"]
    assert tokens.forms[0]["grant_type"] == "refresh_token"


async def test_a_token_that_was_taken_back_is_replaced_once(rex, tokens):
    tokens.refused = {"Bearer token-1"}
    assert json.loads(await rex()) == {"seen": "Bearer token-2"}
    tokens.refused = {"Bearer token-2", "Bearer token-3"}
    assert "HTTP error 401" in await rex()
    assert tokens.given == 3


async def test_a_refusal_is_told_without_secrets(rex, tokens, api, web_answer):
    told = {"error": "invalid_client", "error_description": "who\x1b[31m?"}
    api.answers["/oauth/token"] = web_answer(json.dumps(told).encode(), 401)
    text = await rex()
    assert text.endswith('no token was given out: HTTP 401, "invalid_client: who\\u001b[31m?"')
    assert "hunter2" not in text
    assert "/v1/pets/rex" not in api.paths


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"access_token": 1}'])
async def test_an_answer_without_a_token_is_an_error(rex, tokens, api, web_answer, body):
    api.answers["/oauth/token"] = web_answer(body, 200)
    assert "no token was given out: HTTP 200" in await rex()


async def test_a_token_is_asked_for_anew_before_it_ends(tokens):
    now = [0.0]
    async with httpx2.AsyncClient() as client:
        given = {"ID": "me", "SECRET": "x"}
        auth = OAuth2(OAUTH | {"tokenUrl": tokens.url}, given, client, clock=lambda: now[0])
        seen = []
        for now[0] in (0.0, 3569.0, 3571.0):
            request = httpx2.Request("GET", "http://127.0.0.1/")
            await anext(auth.async_auth_flow(request))
            seen.append(request.headers["authorization"])
    assert seen == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
