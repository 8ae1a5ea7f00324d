from dataclasses import replace

from hub_launch.hub.rest.logs import MAX_BYTES, last_lines
from hub_launch.run.log_file import OLD_LOGS, LogFile


async def test_the_end_of_a_servers_log_is_shown_without_its_secrets(hub, launch, until):
    running = await hub(launch("aa", stderr="one\nthe key is hunter2\n\x1b[31mred\n", secrets=["hunter2"]))
    log = running.supervisor.servers["aa"].log
    await until(lambda: log.exists() and b"red" in log.read_bytes())
    lines = (await running.get("/v0/servers/aa/logs")).json()["lines"]
    assert lines[-3:] == ["one", "the key is ***", "\\x1b[31mred"]
    assert (await running.get("/v0/servers/aa/logs?lines=1")).json()["lines"] == lines[-1:]


async def test_a_log_that_is_not_there_is_empty(hub, launch):
    running = await hub(launch("aa"))
    running.supervisor.servers["aa"].log.unlink(missing_ok=True)
    assert (await running.get("/v0/servers/aa/logs")).json() == {"lines": []}


async def test_each_instance_has_a_log(hub, launch, until, is_problem):
    running = await hub(replace(launch("aa", stderr="hello\n"), instances=2))
    logs = [one.log for one in running.supervisor.servers["aa"].instances]
    await until(lambda: all(log.exists() and log.read_bytes() for log in logs))
    # What is put aside has a number.
    assert not {logs[1]} & {LogFile(logs[0]).old(number) for number in range(1, OLD_LOGS + 1)}
    for number in (1, 2):
        assert (await running.get(f"/v0/servers/aa/logs?instance={number}")).json()["lines"] == ["hello"]
    assert "has 2 instances" in is_problem(await running.get("/v0/servers/aa/logs?instance=3"), 404)


async def test_the_number_of_lines_is_bounded(hub, launch, is_problem):
    running = await hub(launch("aa"))
    for lines in ("0", "2001", "x"):
        assert "lines" in is_problem(await running.get(f"/v0/servers/aa/logs?lines={lines}"), 422)


def test_what_was_put_aside_is_the_beginning(tmp_path):
    path = tmp_path / "aa.log"
    LogFile(path).old(1).write_text("first\nsecond\n")
    path.write_text("third\n")
    assert last_lines(path, 2) == ["second", "third"]
    assert last_lines(path, 10) == ["first", "second", "third"]


def test_of_a_long_log_the_end_alone_is_read(tmp_path):
    path = tmp_path / "aa.log"
    path.write_bytes(b"x" * (2 * MAX_BYTES) + b"\nlast\n")
    first, last = last_lines(path, 10)
    assert last == "last"
    assert len(first) < MAX_BYTES
