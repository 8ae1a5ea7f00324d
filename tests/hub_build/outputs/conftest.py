from dataclasses import replace

import pytest

from hub_build.compile import compile_registry
from hub_build.outputs import render
from hub_launch.judge.registry import read_registry

REMOTES = [{"type": "streamable-http", "url": "https://{tenant}.example.com/mcp", "variables": {"tenant": {}}}]
BASE = "https://registry.example.com/mcp/"


class Built:
    """A registry compiled, and its files."""

    def __init__(self, registry, base_url=BASE):
        self.compiled = replace(compile_registry(read_registry(registry.folder), "Ours"), base_url=base_url)
        self.files = render(self.compiled)


@pytest.fixture
def build():
    return Built


@pytest.fixture
def built(registry):
    """One server of each sort: plain, remote, deprecated, withdrawn by itself, withdrawn by the lists, OpenAPI."""
    registry.add("weather", tags=["rain"])
    registry.record("weather")
    registry.add("docs", name="com.example/docs", packages=..., remotes=REMOTES, published="2026-11-20")
    registry.add("old-weather", status="deprecated", published="2026-01-02")
    registry.add("bad-weather", status="withdrawn", version="0.9.0")
    registry.add("worse-weather")
    registry.write(
        "lists.yaml",
        'aliases: {wx: weather}\nwithdrawn: [{id: worse-weather, reason: It was taken over., date: "2026-11-01"}]\n',
    )
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.add("api", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    return Built(registry)
