import shlex
from dataclasses import replace

import pytest

from hub_build.outputs import render
from hub_build.outputs.openapi import ADDRESSES
from hub_build.pages.data import explorer

BASE = "https://registry.example.com/mcp/"


@pytest.fixture
def full(registry, compiled):
    """A registry that has something of every kind."""
    registry.add("first")
    registry.add("weather")
    registry.record("weather")
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.add("api", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    return replace(compiled(), base_url=BASE)


def endpoints(compiled):
    return [one for group in explorer.explorer(compiled) for one in group.endpoints]


def test_every_address_of_the_description_is_there_once(full):
    assert sorted(one.path for one in endpoints(full)) == sorted(one.path for one in ADDRESSES)


def test_every_example_is_a_file_of_the_site(full):
    files = {*render(full), *(path.removesuffix("/index.json") for path in render(full))}
    examples = [one.example for one in endpoints(full) if one.example]
    assert [example for example in examples if example not in files] == []
    assert {one.path for one in endpoints(full) if not one.example} == {"/sitemaps/{number}.xml"}


def test_commands_fetch_the_examples_from_where_the_site_is(full):
    for one in endpoints(full):
        assert shlex.split(one.curl) == (["curl", BASE + one.example] if one.example else [])


def test_a_site_that_does_not_know_its_address_is_asked_where_serve_serves_it(full):
    first = endpoints(replace(full, base_url=""))[0]
    assert first.curl == "curl http://127.0.0.1:8000/v0.1/ping"


def test_the_example_is_a_server_that_was_tested(full):
    assert "recorded/weather.json" in [one.example for one in endpoints(full)]


def test_without_a_record_or_a_description_there_is_no_example_of_one(registry, compiled):
    registry.add("weather", status="withdrawn")
    none = {one.path for one in endpoints(compiled()) if not one.example}
    assert none == {"/specs/{sha256}.json", "/recorded/{id}.json", "/sitemap.xml", "/sitemaps/{number}.xml"}


def test_without_scripts_every_example_is_a_link(full, registry, pages):
    text = pages(explorer)["api/index.html"]
    assert '<a href="../v0.1/servers/weather" data-fetch>' in text
    assert 'src="../docs/assets/hub/explorer.js"' in text
