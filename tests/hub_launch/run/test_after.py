"""What is done once a child is gone."""

import sys
from dataclasses import replace

import pytest

import hub_launch.run.after as after_module
from hub_launch.run.after import run_after


def writes(path, text):
    return (sys.executable, "-I", "-c", f"import os; open({str(path)!r}, 'a').write({text!r})")


@pytest.fixture
def launch(python_launch):
    return python_launch("")


async def test_commands_run_one_after_the_other(launch, tmp_path):
    commands = (writes(tmp_path / "done", "first "), writes(tmp_path / "done", "second"))
    await run_after(replace(launch, after=commands))
    assert (tmp_path / "done").read_text() == "first second"


async def test_they_have_the_variables_of_the_launch(launch, tmp_path):
    code = f"import os; open({str(tmp_path / 'env')!r}, 'w').write(os.environ['ENGINE'])"
    await run_after(replace(launch, env={"ENGINE": "there"}, after=((sys.executable, "-I", "-c", code),)))
    assert (tmp_path / "env").read_text() == "there"


async def test_one_that_fails_or_is_not_there_does_not_keep_the_next_from_running(launch, tmp_path):
    fails = (sys.executable, "-I", "-c", "raise SystemExit(1)")
    await run_after(replace(launch, after=(fails, ("/no/such/program",), writes(tmp_path / "done", "x"))))
    assert (tmp_path / "done").read_text() == "x"


async def test_one_that_hangs_is_ended(launch, tmp_path, monkeypatch):
    monkeypatch.setattr(after_module, "AFTER_SECONDS", 0.1)
    hangs = (sys.executable, "-I", "-c", "import time; time.sleep(600)")
    await run_after(replace(launch, after=(hangs, writes(tmp_path / "done", "x"))))
    assert (tmp_path / "done").exists()


async def test_they_run_when_a_child_is_closed(spawn, launch, tmp_path):
    child = await spawn(replace(launch, after=(writes(tmp_path / "done", "x"),)))
    await child.wait()
    assert not (tmp_path / "done").exists()
    await child.close()
    assert (tmp_path / "done").exists()
