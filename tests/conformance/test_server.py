"""The conformance suite finds a server behind the hub as good as the server itself.

Each check that passes against our fixture server passes against it through the hub, at `/servers/<id>/mcp`, whether the
hub reaches it over a pipe or over HTTP. What the fixture itself fails is not the hub's.
"""

import functools

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("conformance")]

OLDER, NEWER = REVISIONS = ("2025-11-25", "2026-07-28")
WAYS = [(OLDER, "http"), (OLDER, "stdio"), (OLDER, "own"), (NEWER, "http"), (NEWER, "stdio")]

_STREAM = "the hub answers in one piece where nothing comes before the answer, so that no stream has to be gone on with"
NOT_FOR_A_HUB = {
    OLDER: {
        "server-sse-multiple-streams:server-sse-streams-functional": _STREAM,
        "server-sse-polling:server-sse-priming-event": _STREAM,
        "server-sse-polling:server-sse-retry-field": _STREAM,
        "server-sse-polling:server-sse-disconnect-resume": _STREAM,
    },
    NEWER: {},
}
"""Checks that the fixture passes and that cannot be made of the hub, with the reason."""


@pytest.fixture(scope="module")
def direct(suite, fixture_server):
    """What becomes of each check against the fixture itself, by the revision."""
    address = fixture_server()
    return functools.cache(lambda revision: suite("server", revision, "--url", address))


@pytest.fixture(scope="module")
def hub(start_hub, fixture_server, fixture_command):
    """A hub of the fixture in several ways; `own` is of the older protocol, with a session for each client."""
    own = {"url": fixture_server("--era", "legacy"), "isolation": "session"}
    return start_hub({"http": fixture_server(), "stdio": fixture_command, "own": own})


@pytest.mark.parametrize(("revision", "server"), WAYS)
def test_no_check_is_lost_on_the_way_through_the_hub(suite, direct, hub, server, revision):
    before, after = direct(revision), suite("server", revision, "--url", f"{hub}/servers/{server}/mcp")
    lost = {name for name, verdict in before.items() if verdict == "SUCCESS" and after.get(name) != "SUCCESS"}
    assert {name: after.get(name) for name in lost - NOT_FOR_A_HUB[revision].keys()} == {}
    assert NOT_FOR_A_HUB[revision].keys() <= lost


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_fixture_offers_all_that_a_revision_requires(direct, revision):
    failed = {name for name, verdict in direct(revision).items() if verdict in ("WARNING", "FAILURE")}
    # Tasks are an extension of the protocol, which neither the fixture nor the hub has; the other is uvicorn's.
    assert {name for name in failed if not name.startswith("tasks-")} <= {
        "http-header-validation:sep-2243-server-accepts-whitespace-header-value"
    }
