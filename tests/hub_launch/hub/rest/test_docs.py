import re

import pytest

from hub_launch.hub.access import Access


async def test_the_page_loads_nothing_from_elsewhere_and_runs_no_script_of_its_own(hub, launch):
    running = await hub(launch("aa"))
    page = await running.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 4
    for path in loaded:
        answer = await running.get(f"/{path}")
        assert answer.status_code == 200, path
        assert "://" not in path
    assert not re.search(r"<script>|<style>|\son\w+=", page.text)


@pytest.mark.parametrize("name", ["nothing.js", "..%2fcore.py", "redoc.standalone.js"])
async def test_other_files_are_not_served(hub, launch, is_problem, name):
    is_problem(await (await hub(launch("aa"))).get(f"/docs/{name}"), 404)


async def test_the_description_has_every_route_and_no_other(hub, launch):
    running = await hub(launch("aa"))
    document = (await running.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    operations = {(method, path) for path, one in document["paths"].items() for method in one}
    assert ("get", "/v0/status") in operations
    assert ("post", "/api/services/{name}/call") in operations
    assert not [path for _, path in operations if path.startswith(("/docs", "/openapi"))]


async def test_the_description_says_who_may_ask(hub, launch, ask):
    token = "token-0123456789abcdef"
    open_to_all = (await (await hub(launch("aa"))).get("/openapi.json")).json()
    assert "securitySchemes" not in open_to_all["components"]
    running = await hub(launch("bb"), access=Access(token=token))
    answer = await ask(running, "GET", "/openapi.json", headers={"authorization": f"Bearer {token}"})
    paths = answer.json()["paths"]
    assert "security" not in paths["/v0/ping"]["get"]
    status = paths["/v0/status"]["get"]
    assert status["security"] == [{"token": []}]
    assert "application/problem+json" in status["responses"]["401"]["content"]


async def test_whatever_the_description_refers_to_is_in_it(hub, launch):
    running = await hub(launch("aa"))
    answer = await running.get("/openapi.json")
    names = set(re.findall(r'"#/components/schemas/(\w+)"', answer.text))
    assert names <= set(answer.json()["components"]["schemas"])
    assert "HTTPValidationError" not in answer.text
