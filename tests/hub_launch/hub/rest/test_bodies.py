import pytest

from hub_launch.hub.limits import MAX_BODY_BYTES

CALL = "/api/services/aa/call"


async def test_a_body_that_is_too_large_is_refused(hub, launch, ask, is_problem):
    async def parts():
        for _ in range(MAX_BODY_BYTES // 1_000_000 + 2):
            yield b" " * 1_000_000

    running = await hub(launch("aa"))
    kind = {"content-type": "application/json"}
    whole = await ask(running, "POST", CALL, b" " * (MAX_BODY_BYTES + 1), headers=kind)
    assert f"{MAX_BODY_BYTES:,}" in is_problem(whole, 413)
    is_problem(await ask(running, "POST", CALL, content=parts(), headers=kind), 413)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "", "json"])
async def test_what_a_foreign_page_could_send_without_asking_is_refused(hub, launch, ask, is_problem, kind):
    running = await hub(launch("aa"))
    answer = await ask(running, "POST", CALL, b'{"tool": "echo"}', headers={"content-type": kind})
    is_problem(answer, 415)
    assert running.supervisor.servers["aa"].counts.total == 0


async def test_the_type_may_name_its_characters(hub, launch, ask):
    kind = {"content-type": "Application/JSON; charset=utf-8"}
    answer = await ask(await hub(launch("aa")), "POST", CALL, b'{"tool": "echo"}', headers=kind)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/v0/status", "/v0/nothing", "/metrics", "/docs", "/openapi.json"])
async def test_no_answer_may_be_kept_guessed_or_framed(hub, launch, path):
    headers = (await (await hub(launch("aa"))).get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
