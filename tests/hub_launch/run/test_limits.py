import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub_launch.plan import StdioLaunch
from hub_launch.run import limits
from hub_launch.run.limits import default_limits, limited
from hub_launch.run.processes import machine_memory, tasks_of_user

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not (shutil.which("setpriv") and shutil.which("prlimit")),
    reason="needs util-linux",
)

# Threads that others may have ended since.
SOME = 1_000

TELLS = """
import ctypes, json, os, resource
death = ctypes.c_int()
ctypes.CDLL(None).prctl(2, ctypes.byref(death))  # PR_GET_PDEATHSIG
names = ["CORE", "NOFILE", "FSIZE", "NPROC", "DATA", "AS"]
said = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names}
print(json.dumps(said | {"death": death.value, "oom": int(open("/proc/self/oom_score_adj").read())}), flush=True)
"""


@pytest.fixture
def fresh():
    """Forgets what this machine was found to have, before and after."""
    limits._prefix.cache_clear()
    yield
    limits._prefix.cache_clear()


async def inherited(spawn):
    child = await spawn(StdioLaunch("x", "X", "test", (sys.executable, "-I", "-c", TELLS)))
    return json.loads(await child.stdout.readline())


async def test_a_child_has_limits_and_ends_with_the_hub(spawn):
    seen = await inherited(spawn)
    assert seen["CORE"] == [0, 0]
    assert seen["death"] == 15
    for name, most in (
        ("NOFILE", limits.OPEN_FILES),
        ("FSIZE", limits.FILE_BYTES),
        ("NPROC", tasks_of_user() + limits.MORE_TASKS + SOME),
        ("DATA", machine_memory()),
    ):
        assert all(0 < value <= most for value in seen[name])
    # Node reserves more address space than any machine has memory.
    assert seen["AS"] == list(resource.getrlimit(resource.RLIMIT_AS))


async def test_no_limit_is_above_the_hubs_own(spawn, fresh, monkeypatch):
    real = resource.getrlimit
    monkeypatch.setattr(
        resource, "getrlimit", lambda number: (100, 200) if number == resource.RLIMIT_NOFILE else real(number)
    )
    assert (await inherited(spawn))["NOFILE"] == [100, 200]


async def test_the_kernel_ends_a_child_before_the_hub(spawn, until):
    child = await spawn(StdioLaunch("x", "X", "test", (sys.executable, "-I", "-c", "input()")))
    own = int(Path("/proc/self/oom_score_adj").read_text())
    assert int(Path(f"/proc/{child._process.pid}/oom_score_adj").read_text()) == min(1000, own + limits.OOM_SCORE)


def test_a_process_that_is_gone_needs_no_score():
    process = subprocess.Popen(["true"])
    process.wait()
    limits.prefer_for_killing(process.pid)


async def test_without_the_programs_that_set_them_a_child_has_none(spawn, fresh, monkeypatch):
    monkeypatch.setattr(limits, "find_program", lambda name: None)
    assert limited(("server", "--flag")) == ("server", "--flag")
    assert (await inherited(spawn))["death"] == 0


async def test_programs_that_cannot_do_it_are_not_used(spawn, fresh, monkeypatch, tmp_path):
    # Busybox has a setpriv without the option.
    (tmp_path / "setpriv").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "setpriv").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert [Path(word).name for word in limited(("server",)) if word[0] == "/"] == ["prlimit"]
    assert (await inherited(spawn))["CORE"] == [0, 0]


@pytest.mark.parametrize("program", ["node", "uvx"])
def test_what_servers_run_on_works_within_them(program):
    found = shutil.which(program) or str(Path(sys.executable).parent / program)
    done = subprocess.run(limited((found, "--version")), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_node_may_use_as_much_memory_as_it_does_without_them():
    node = shutil.which("node") or str(Path(sys.executable).parent / "node")
    code = (
        "const parts = []; for (let i = 0; i < 300; i++) parts.push(Buffer.alloc(1024 * 1024, 1));"
        "new WebAssembly.Memory({initial: 1, maximum: 65536});"
        "const worker = new (require('worker_threads').Worker)('process.exit(0)', {eval: true});"
        "worker.on('exit', () => console.log(parts.length))"
    )
    done = subprocess.run(limited((node, "-e", code)), capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("300\n", 0), done.stderr


def test_a_server_may_use_half_of_the_machine():
    assert default_limits().memory == machine_memory() // 2
