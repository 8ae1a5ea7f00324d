import contextlib
import json
import logging
import os
from pathlib import Path

import pytest

from hub_launch.hub import logs
from hub_launch.hub.logs import log_to


@pytest.fixture
def log(tmp_path, own_logging):
    """Sends log messages to a file."""
    log_to(tmp_path / "logs" / "hub.log")
    return tmp_path / "logs" / "hub.log"


def test_warnings_of_the_libraries_go_to_the_file_and_nowhere_else(log, capfd):
    for name in ("fastmcp", "mcp.server", "uvicorn.error", "httpx2", "anything"):
        logging.getLogger(name).warning("something of %s", name)
    lines = log.read_text().splitlines()
    assert [line.split(" WARNING ")[1] for line in lines] == [
        "fastmcp: something of fastmcp",
        "mcp.server: something of mcp.server",
        "uvicorn.error: something of uvicorn.error",
        "httpx2: something of httpx2",
        "anything: something of anything",
    ]
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_nobody_else_can_read_it_nor_what_was_put_aside(tmp_path, own_logging, monkeypatch):
    monkeypatch.setattr(logs, "MAX_LOG_BYTES", 100)
    path = tmp_path / "hub.log"
    path.touch(mode=0o644)
    log_to(path)
    for _ in range(4):
        logging.getLogger("mcp").warning("x" * 80)
    modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("hub.log", "hub.log.1", "hub.log.2", "hub.log.3"), 384)


def test_what_is_only_of_interest_to_developers_is_not_kept(log):
    for name in ("fastmcp", "mcp", "uvicorn", "httpx2", "other"):
        logging.getLogger(name).info("request")
    assert log.read_text() == ""


def test_lines_are_json_where_that_is_wanted(tmp_path, own_logging):
    log_to(tmp_path / "hub.log", "json")
    logging.getLogger("hub_launch.x").error("it broke: %s", "ü\x1b", exc_info=ValueError("broken\nin two"))
    logging.getLogger("hub_launch.x").warning("twice")
    first, second = map(json.loads, (tmp_path / "hub.log").read_text().splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("error", "hub_launch.x", "it broke: ü\x1b")
    assert first["exception"].endswith("ValueError: broken\nin two")
    assert (second["level"], "exception" in second) == ("warning", False)
    assert first["time"].endswith("+00:00")


def test_a_disk_that_is_full_costs_lines_and_says_nothing_on_the_terminal(tmp_path, capsys, own_logging):
    if not Path("/dev/full").exists():
        pytest.skip("no disk that is always full")
    (tmp_path / "hub.log").symlink_to("/dev/full")
    log_to(tmp_path / "hub.log")
    logging.getLogger("hub_launch.x").warning("lost")
    logging.getLogger("hub_launch.x").warning("a defect of ours is none of the disk's: %d", "text")
    # What is still in its buffer has no room either.
    with contextlib.suppress(OSError):
        logging.getLogger().handlers.pop(0).close()
    err = capsys.readouterr().err
    assert err.count("--- Logging error ---") == 1
    assert "TypeError" in err
