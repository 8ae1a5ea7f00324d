"""What the status page's files are served with: nothing of anybody else's can be loaded into it."""

import re

import httpx2
import pytest

from hub_launch.hub.statuspage import Page, _files


@pytest.fixture
async def client():
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(Page()), base_url="http://h") as http:
        yield http


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/page/app.js", "text/javascript"),
        ("/page/style.css", "text/css"),
        ("/page/icon.svg", "image/svg+xml"),
    ],
)
async def test_each_file_has_its_type_and_the_policy(client, path, kind):
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy


async def test_what_a_browser_has_is_not_sent_again(client):
    first = await client.get("/page/app.js")
    again = await client.get("/page/app.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/page/", "/page/none.js", "/page/../__init__.py", "/page/%2e%2e/__init__.py"])
async def test_there_is_nothing_else(client, path):
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_it_is_only_looked_at(client):
    assert (await client.post("/")).status_code == 405


def test_every_file_that_a_file_names_is_there():
    named = {name for file in _files().values() for name in re.findall(r'"(?:/page|\.)/([\w.-]+)"', file.data.decode())}
    assert named
    assert named <= _files().keys()


def test_no_file_names_another_host():
    known = {"http://www.w3.org/2000/svg"}
    for name, file in _files().items():
        assert set(re.findall(r"https?://[^\s\"'<>]+", file.data.decode())) <= known, name


def test_nothing_becomes_html_and_nothing_is_evaluated():
    forbidden = re.compile(
        r"(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bstyle=|\son\w+="
    )
    for name, file in _files().items():
        assert not forbidden.search(file.data.decode()), name


def test_a_hub_serves_it(hub):
    assert "<title>MCP hub</title>" in httpx2.get(hub.url, trust_env=False).text
