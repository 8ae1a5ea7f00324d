import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import ANY

import pytest

import hub_launch.run.process as process_module
from hub_launch.errors import HubError
from hub_launch.plan import StdioLaunch
from hub_launch.run.log import TAIL_BYTES
from hub_launch.run.process import Child
from hub_launch.run.processes import MARK, look_up

# Ends when its input does.
POLITE = "import sys; sys.stdin.read()"
IGNORES_EOF = "import time; print('up', flush=True); time.sleep(600)"
IGNORES_TERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + IGNORES_EOF
# Starts a child of its own, says its pid, and goes on as the first argument says.
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-I", "-c", sys.argv[2]], stdin=subprocess.DEVNULL)
print(child.pid, flush=True)
exec(sys.argv[1])
"""


@pytest.fixture
def hurry(monkeypatch):
    """Shortens the waits of the ladder; its order stays."""
    for name in ("EOF_SECONDS", "TERMINATE_SECONDS", "KILL_SECONDS"):
        monkeypatch.setattr(process_module, name, 0.3)


async def first_line(child):
    return (await asyncio.wait_for(child.stdout.readline(), 20)).decode().strip()


# The end


async def test_a_child_that_ends_with_its_input_ends_by_itself(spawn, python_launch):
    child = await spawn(python_launch(POLITE))
    await child.close()
    assert child.exit_code == 0


@pytest.mark.usefixtures("hurry")
async def test_a_child_that_ignores_the_end_of_its_input_is_asked_to_end(spawn, python_launch):
    child = await spawn(python_launch(IGNORES_EOF))
    assert await first_line(child) == "up"
    await child.close()
    assert child.exit_code == -15


@pytest.mark.usefixtures("hurry")
async def test_a_child_that_ignores_that_too_is_killed(spawn, python_launch):
    child = await spawn(python_launch(IGNORES_TERM))
    assert await first_line(child) == "up"
    await child.close()
    assert child.exit_code == -9


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize(
    ("leader", "grandchild"),
    [
        (POLITE, "import time; time.sleep(600)"),
        (POLITE, IGNORES_TERM),
        ("import time; time.sleep(600)", "import time; time.sleep(600)"),
        ("import os; os._exit(0)", IGNORES_TERM),
    ],
    ids=["waiting grandchild", "stubborn grandchild", "both wait", "leader gone before"],
)
async def test_a_childs_own_children_end_with_it(spawn, python_launch, alive, until, leader, grandchild):
    child = await spawn(python_launch(PARENT, leader, grandchild))
    pid = int(await first_line(child))
    assert alive(pid)
    await child.close()
    await until(lambda: not alive(pid))
    assert child.exit_code is not None


async def test_a_child_that_is_gone_already_closes_at_once(spawn, python_launch):
    child = await spawn(python_launch("raise SystemExit(4)"))
    assert await child.wait() == 4
    await child.close()
    await child.close()
    assert child.exit_code == 4


@pytest.mark.usefixtures("hurry")
async def test_a_child_that_does_not_read_what_it_was_sent_is_ended_all_the_same(spawn, python_launch):
    child = await spawn(python_launch(IGNORES_EOF))
    await first_line(child)
    child.stdin.write(b"x" * 1_000_000)
    await child.close()
    assert child.exit_code == -15


# Leaves its parent and its group, and holds the pipes; says its pid.
DAEMON = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        if "deaf" in sys.argv:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if "bare" in sys.argv:
            code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
            os.execve(sys.executable, [sys.executable, "-I", "-S", "-c", code], {})
        print(os.getpid(), flush=True)
        time.sleep(600)
    # What leaves no trace at all must have been seen with its parent.
    sys.stdin.readline() if "bare" in sys.argv else None
    os._exit(0)
"""


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("how", ["", "deaf"])
@pytest.mark.parametrize(
    "leader", ["os._exit(0)", "sys.stdin.read()", "time.sleep(600)"], ids=["gone", "polite", "waits"]
)
async def test_a_daemon_ends_with_the_server_that_started_it(spawn, python_launch, until, alive, how, leader):
    child = await spawn(python_launch(DAEMON + leader, how))
    pid = int(await first_line(child))
    assert alive(pid)
    await child.close()
    await until(lambda: not alive(pid))


@pytest.mark.usefixtures("hurry")
async def test_a_daemon_that_cleared_its_environment_ends_too_once_it_was_seen(spawn, python_launch, until, alive):
    child = await spawn(python_launch(DAEMON + "time.sleep(600)", "bare"))
    pid = int(await first_line(child))
    # The watch does so every two seconds.
    assert pid in [one.pid for one in child._family.living()]
    parent = look_up(pid).parent
    child.stdin.write(b"go\n")
    await until(lambda: look_up(pid).parent != parent)
    await child.close()
    await until(lambda: not alive(pid))


async def test_the_end_of_a_server_is_noticed_while_its_daemon_holds_the_pipes(spawn, python_launch):
    child = await spawn(python_launch(DAEMON + "os._exit(3)"))
    assert await child.wait() == 3


async def test_the_end_is_noticed_where_the_kernel_has_no_way_to_tell(spawn, python_launch, monkeypatch):
    monkeypatch.delattr(os, "pidfd_open")
    child = await spawn(python_launch("print('last', flush=True); raise SystemExit(3)"))
    assert await child.wait() == 3
    assert await first_line(child) == "last"


async def test_the_end_of_another_program_is_not_a_servers(spawn, python_launch, alive):
    child = await spawn(python_launch(POLITE))
    other = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", "import time; time.sleep(600)")
    await child.close()
    assert alive(other.pid)
    other.kill()
    await other.wait()


def test_a_server_that_obeys_nothing_is_gone_within_six_seconds():
    # As it is, not as tests hurry it up.
    source = Path(process_module.__file__).read_text()
    seconds = re.findall(r"^(?:EOF|TERMINATE|KILL)_SECONDS = ([\d.]+)$", source, re.MULTILINE)
    assert len(seconds) == 3
    assert sum(map(float, seconds)) <= 6


# The start


async def test_a_missing_program_is_an_error_that_names_it(tmp_path, spawn):
    launch = StdioLaunch("x", "X", "test", (str(tmp_path / "nowhere"),))
    with pytest.raises(HubError, match=r"nowhere cannot be started: .*No such file"):
        await spawn(launch)


async def test_a_script_whose_interpreter_is_gone_is_an_error_that_names_both(tmp_path, spawn):
    (tmp_path / "moved").write_text(f"#!{tmp_path}/venv/bin/python -I\n")
    (tmp_path / "moved").chmod(0o755)
    with pytest.raises(HubError, match=r"moved cannot be started: .*its interpreter .*/venv/bin/python does not exist"):
        await spawn(StdioLaunch("x", "X", "test", (str(tmp_path / "moved"),)))


async def test_a_folder_is_no_program(tmp_path, spawn):
    with pytest.raises(HubError, match=r"cannot be started: .*Permission denied"):
        await spawn(StdioLaunch("x", "X", "test", (str(tmp_path),)))


async def test_a_file_that_is_no_program_is_an_error_that_names_it(tmp_path, spawn):
    (tmp_path / "text").write_text("hello")
    with pytest.raises(HubError, match=r"text cannot be started: .*Permission denied"):
        await spawn(StdioLaunch("x", "X", "test", (str(tmp_path / "text"),)))


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
async def test_an_argument_that_no_program_can_be_given_is_an_error(spawn, bad):
    with pytest.raises(HubError, match="cannot be started"):
        await spawn(StdioLaunch("x", "X", "test", (sys.executable, "-c", "", bad)))


async def test_a_child_starts_in_its_own_folder_which_is_made(spawn, tmp_path):
    code = "import os; print(os.getcwd(), flush=True)"
    cwd = tmp_path / "work" / "x"
    child = await spawn(StdioLaunch("x", "X", "test", (sys.executable, "-I", "-c", code), cwd=str(cwd)))
    assert await first_line(child) == str(cwd)


async def test_a_child_gets_exactly_the_environment_of_its_launch_and_the_hubs_mark(spawn, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    code = "import os, json; print(json.dumps({k: v for k, v in os.environ.items() if k != 'LC_CTYPE'}), flush=True)"
    child = await spawn(StdioLaunch("x", "X", "test", (sys.executable, "-I", "-c", code), env={"MODE": "1"}))
    environment = json.loads(await first_line(child))
    assert environment == {"MODE": "1", MARK: ANY}
    assert re.fullmatch(r"[0-9a-f]{16}-\d+", environment[MARK])


# The log


def speaks(text, code=0):
    return f"import sys; sys.stderr.write({text!r}); sys.exit({code})"


async def test_last_words_are_what_the_child_wrote_to_standard_error(spawn, python_launch):
    child = await spawn(python_launch(speaks("starting\nno key given\n", 1)))
    await child.wait()
    assert child.last_words() == "starting\nno key given"


async def test_last_words_are_of_this_child_and_not_of_one_before(spawn, python_launch):
    before = await spawn(python_launch(speaks("old trouble\n")))
    await before.wait()
    child = await spawn(python_launch(speaks("new trouble\n")))
    await child.wait()
    assert child.last_words() == "new trouble"


async def test_last_words_are_the_last_ones(spawn, python_launch):
    child = await spawn(python_launch("import sys; sys.stderr.write('x' * 100_000 + 'the end')"))
    await child.wait()
    assert child.last_words().endswith("the end")
    assert len(child.last_words()) == TAIL_BYTES


async def test_last_words_hold_no_secret_and_nothing_unprintable(spawn, python_launch):
    launch = python_launch(speaks("\x1b[31mkey it's\thunter2 is wrong\n"), secrets=["it's\thunter2"])
    child = await spawn(launch)
    await child.wait()
    assert child.last_words() == "\\x1b[31mkey *** is wrong"


async def test_bytes_that_are_no_text_do_not_hide_the_rest(spawn, python_launch):
    child = await spawn(python_launch("import os; os.write(2, b'\\xff\\xfe oh no')"))
    await child.wait()
    assert child.last_words().endswith("oh no")


async def test_last_words_need_no_file(spawn, python_launch, tmp_path):
    (tmp_path / "x.log").mkdir()
    child = await spawn(python_launch(speaks("no key given")), tmp_path / "x.log")
    await child.wait()
    await child.close()
    assert child.last_words() == "no key given"


async def test_a_log_is_continued_and_complete_when_its_child_is_closed(spawn, python_launch, tmp_path):
    log = tmp_path / "x.log"
    log.write_bytes(b"old ")
    child = await spawn(python_launch(speaks("new")), log)
    await child.wait()
    await child.close()
    assert log.read_bytes() == b"old new"


async def test_a_start_that_is_given_up_leaves_no_process_and_no_file(python_launch, tmp_path, until, monkeypatch):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(
        "hub_launch.run.starting.subprocess.Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1]
    )

    async def refuse(*args):
        raise asyncio.CancelledError

    monkeypatch.setattr("hub_launch.run.starting._Pipe.for_reading", refuse)
    with pytest.raises(asyncio.CancelledError):
        await Child.spawn(python_launch(POLITE), tmp_path / "x.log")
    assert started[-1].returncode == -9
    assert list((tmp_path / "runs").iterdir()) == []
    started[-1].stdout.close()


async def test_without_room_for_more_files_a_start_is_an_error(python_launch, tmp_path, monkeypatch):
    def full():
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr("hub_launch.run.log.os.pipe", full)
        with pytest.raises(HubError, match="Too many open files"):
            await Child.spawn(python_launch(POLITE), tmp_path / "x.log")
    assert list((tmp_path / "runs").iterdir()) == []
