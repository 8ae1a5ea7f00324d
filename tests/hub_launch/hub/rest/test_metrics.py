import pytest
from prometheus_client.parser import text_string_to_metric_families


@pytest.fixture
def metrics(ask):
    """The samples of a hub's metrics, by name and labels."""

    async def read(running):
        answer = await ask(running, "GET", "/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        families = text_string_to_metric_families(answer.text)
        return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}

    return read


async def test_servers_calls_and_sessions_are_counted(hub, launch, metrics):
    running = await hub(launch("aa", tools=["echo", "fail", "die"]), launch("bad", exit=1))
    async with running.client("/servers/aa/mcp", mode="legacy") as client:
        for tool in ("echo", "echo", "fail", "die"):
            await client.call_tool(tool, raise_on_error=False)
        await client.call_tool("echo")
        found = await metrics(running)
    assert found["hub_servers", "ready"] == 1
    assert found["hub_servers", "failed"] == 1
    assert found["hub_servers", "stopped"] == 0
    assert found[("hub_sessions",)] == 1
    assert found["hub_calls_total", "aa", "ok"] == 3
    assert found["hub_calls_total", "aa", "tool_error"] == 1
    assert found["hub_calls_total", "aa", "failure"] == 1
    assert found["hub_server_restarts_total", "aa"] == 1
    assert found["hub_calls_in_flight", "aa"] == 0
    assert found["hub_call_seconds_count", "aa"] == 5
    assert found["hub_call_seconds_bucket", "+Inf", "aa"] == 5
    assert found["hub_call_seconds_sum", "aa"] > 0


async def test_openmetrics_is_spoken_to_who_wants_it(hub, launch, ask):
    answer = await ask(await hub(launch("aa")), "GET", "/metrics", headers={"accept": "application/openmetrics-text"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
