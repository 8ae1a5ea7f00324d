"""Twenty real servers at once, as `make hub IDS="..."` starts them, and each of them works."""

import json
from pathlib import Path

import pytest
import yaml
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from hub_launch.hub.naming import MAX_NAME

pytestmark = [pytest.mark.e2e, pytest.mark.long]

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 300

# From npm, PyPI and Python modules; none needs an account, the network or another program for what it is asked here.
IDS = (
    "angular", "apple-docs", "calculator", "code-runner", "desktop-commander", "duckdb", "email", "everything", "excel",
    "filesystem", "knip", "memory", "next-devtools", "polars", "powerpoint", "registry", "sequential-thinking",
    "sympy", "time", "word",
)  # fmt: skip


def entry_of(name):
    return yaml.safe_load((ROOT / "registry/servers" / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def settings(tmp_path):
    """The parameters with which the entries' own smoke tests start them, in a folder of the test's own."""
    (tmp_path / "README.md").write_text("# A folder\n")
    (tmp_path / "package.json").write_text('{"name": "here", "version": "1.0.0"}\n')
    words = []
    for name in IDS:
        given = (entry_of(name).get("smoke") or {}).get("arguments") or {}
        words += [f"{name}.{key}={value}" for key, values in given.items() for value in _listed(values)]
    return [word for one in words for word in ("--set", one)]


def _listed(values):
    return values if isinstance(values, list) else [values]


async def test_twenty_real_servers_serve_all_their_tools_and_each_is_called(
    start_hub, scripts, site, environment, settings, tmp_path
):
    assert len(IDS) == len(set(IDS)) == 20
    command = [scripts / "hub-launch", *IDS, *settings, "--registry", site, "--port", "0", "--yes", "--tools", "all"]
    hub = start_hub(command, env=environment, cwd=tmp_path)
    address = hub.wait_for(r"^MCP endpoint\s+(http://\S+)/mcp\b", PATIENCE_SECONDS).group(1)
    hub.wait_for(r"^Ready\.", PATIENCE_SECONDS)
    async with Client(StreamableHttpTransport(f"{address}/mcp"), timeout=PATIENCE_SECONDS) as client:
        offered = {tool.name for tool in await client.list_tools()}
        for name in IDS:
            recorded = json.loads((ROOT / "registry/recorded" / f"{name}.json").read_text())
            # Longer names are cut (hub_launch.hub.naming), since clients take none.
            wanted = {one for tool in recorded["tools"] if len(one := f"{name}_{tool['name']}") <= MAX_NAME}
            assert wanted <= offered, f"{name} lacks {sorted(wanted - offered)}"
        for name in IDS:
            call = next(one for one in entry_of(name)["smoke"]["calls"] if not (one.get("expect") or {}).get("isError"))
            arguments = call.get("arguments") or {}
            result = await client.call_tool(f"{name}_{call['tool']}", arguments, raise_on_error=False)
            text = " ".join(getattr(block, "text", "") for block in result.content)
            assert not result.is_error, f"{name}: {text}"
            assert (call.get("expect") or {}).get("contains", "") in text, name
