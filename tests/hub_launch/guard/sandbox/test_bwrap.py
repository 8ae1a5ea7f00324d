"""What a server in the tier bwrap can do: tried by programs that try it."""

import asyncio
import os
import re
import shutil
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hub_launch.catalog.entry import Permissions
from hub_launch.guard.sandbox import bwrap, grants_of, shut_in
from hub_launch.guard.sandbox.tiers import Tier
from hub_launch.plan import StdioLaunch
from hub_launch.run.limits import Limits
from hub_launch.run.process import Child
from hub_launch.run.reasons import explain_exit
from hub_launch.run.watch import Watch

BWRAP = Tier("bwrap", bwrap.missing, bwrap.wrap)
here = pytest.mark.skipif(bool(bwrap.missing()), reason=bwrap.missing())


@pytest.fixture
def tier():
    return BWRAP


# What the command says


def wrapped(**permissions):
    launch = StdioLaunch("x", "X", "npm", ("/opt/x", "--flag"), cwd="/work", permissions=Permissions(**permissions))
    return bwrap.wrap(launch, grants_of(launch, Path("/home-of-x")))


def test_the_command_itself_is_unchanged_behind_the_sandboxs():
    argv = wrapped().argv
    assert argv[argv.index("--") + 1 :] == ("/opt/x", "--flag")


def test_no_network_unless_some_is_declared():
    assert "--unshare-net" in wrapped().argv
    assert "--unshare-net" not in wrapped(network=("api.example.com",)).argv


@pytest.mark.parametrize("option", ["--unshare-user", "--unshare-pid", "--die-with-parent"])
def test_it_always_ends_with_the_launcher_and_sees_no_other_process(option):
    assert option in wrapped(network="any", filesystem="any").argv


def test_the_rest_of_the_launch_stays():
    launch = StdioLaunch("x", "X", "npm", ("/x",), secrets=frozenset(["s"]), declared=("TOKEN",), env={"TOKEN": "s"})
    shut = bwrap.wrap(launch, grants_of(launch, Path("/own")))
    assert replace(shut, argv=launch.argv, env=launch.env) == launch
    assert shut.env == {"TOKEN": "s", "HOME": "/own"}


# What it does


@here
def test_the_users_keys_are_not_there(tried, home):
    key = home / ".ssh/id_ed25519"
    assert key.exists()
    assert "FileNotFoundError" in tried(f"print(open({str(key)!r}).read())")
    assert tried(f"import os; print(os.path.exists({str(home)!r}))") == "False"


@here
def test_passwords_of_the_machine_are_not_there(tried):
    assert "FileNotFoundError" in tried("open('/etc/shadow').read()")


@here
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium is installed")
def test_a_browser_of_the_system_starts(tried):
    version = (
        "import subprocess; print(subprocess.run(['chromium', '--version'], capture_output=True, text=True).stdout)"
    )
    assert tried(version).startswith("Chromium ")


@here
def test_its_home_is_its_own_and_stays(tried, tmp_path):
    tried("import os; open(os.path.expanduser('~/kept'), 'w').write('yes')")
    assert (tmp_path / "own/kept").read_text() == "yes"
    assert tried("import os; print(open(os.path.expanduser('~/kept')).read())") == "yes"


@here
@pytest.mark.parametrize("place", ["/usr/evil", "/etc/evil", f"{sys.prefix}/evil"])
def test_the_system_and_its_own_program_cannot_be_written_to(tried, place):
    assert "Error" in tried(f"open({place!r}, 'w')")
    assert not Path(place).exists()


@here
def test_it_writes_nowhere_else(tried, tmp_path):
    outside = tmp_path / "outside"
    # Its own temporary folder, which the test's lies below, is the one exception.
    tried(f"import os; os.makedirs({str(outside)!r})", filesystem="arguments")
    assert not outside.exists()
    assert "Error" in tried("open('/evil', 'w')")


@here
def test_its_temporary_files_are_its_own_and_gone_with_it(tried):
    assert tried("open('/tmp/mine', 'w').write('x'); print('written')") == "written"
    assert not Path("/tmp/mine").exists()


@here
def test_a_folder_that_the_user_named_can_be_read_and_written(tried, tmp_path):
    named = tmp_path / "named"
    named.mkdir()
    (named / "in").write_text("given")
    code = f"import os; d = {str(named)!r}; open(d + '/out', 'w').write(open(d + '/in').read()); print(os.listdir(d))"
    tried(code, paths=[named], filesystem="arguments")
    assert (named / "out").read_text() == "given"


@here
def test_a_folder_that_the_entry_did_not_ask_for_cannot_be_seen(tried, tmp_path):
    named = tmp_path / "named"
    named.mkdir()
    assert "FileNotFoundError" in tried(f"import os; os.listdir({str(named)!r})", paths=[named])


@here
def test_it_reaches_nobody_without_network(tried):
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = (
            f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5); print('there')"
        )
        assert "Error" in tried(connect)
        assert tried(connect, network="loopback") == "there"


@here
def test_it_sees_and_signals_no_process_but_its_own(tried):
    seen = tried("import os; print(sorted(int(n) for n in os.listdir('/proc') if n.isdigit()))")
    assert len(seen.split(",")) <= 3
    assert "ProcessLookupError" in tried(f"import os; os.kill({os.getpid()}, 0)")


@here
def test_it_has_no_powers_even_when_the_launcher_is_root(tried):
    status = tried("print([line.split()[1] for line in open('/proc/self/status') if line.startswith('Cap')])")
    assert status.count("0000000000000000") >= 4


@here
def test_who_may_see_all_files_still_has_no_network(tried, home):
    key = home / ".ssh/id_ed25519"
    assert tried(f"print(open({str(key)!r}).read())", filesystem="any") == "the user's key"
    assert "Error" in tried("import socket; socket.create_connection(('127.0.0.1', 9), 5)", filesystem="any")


@here
def test_a_link_out_of_a_granted_folder_leads_nowhere(tried, tmp_path, home):
    named = tmp_path / "named"
    named.mkdir()
    (named / "link").symlink_to(home / ".ssh/id_ed25519")
    code = f"print(open({str(named / 'link')!r}).read())"
    assert "FileNotFoundError" in tried(code, paths=[named], filesystem="arguments")


# Ways out


LIBC = "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True); "
SYSTEM_CALLS = {
    # PTRACE_SEIZE of a process of the user's.
    "tracing another process": (f"libc.ptrace(0x4206, {os.getpid()}, 0, 0)", "ESRCH"),
    # pidfd_open, by which another's files could be had.
    "a hold on another process": (f"libc.syscall(434, {os.getpid()}, 0)", "ESRCH"),
    "mounting": ("libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)", "EPERM"),
    "taking a mount away": ("libc.umount2(b'/usr', 2)", "EPERM"),
    "writing to what is read-only": ("libc.mount(b'none', b'/usr', None, 0x1020, None)", "EPERM"),
    "a root of its own": ("libc.chroot(b'/tmp')", "EPERM"),
    "a disk of its own": ("libc.mknod(b'/tmp/disk', 0o60600, 0x800)", "EPERM"),
}


@here
@pytest.mark.parametrize("what", SYSTEM_CALLS)
def test_the_kernel_refuses(tried, what):
    call, refusal = SYSTEM_CALLS[what]
    told = tried(f"{LIBC}import errno; print({call}, errno.errorcode.get(ctypes.get_errno()))")
    assert told == f"-1 {refusal}"


@here
@pytest.mark.parametrize("place", ["/proc/1/root", "/proc/self/root", "/proc/{ours}/root", "/proc/self/cwd/.."])
def test_no_other_root_is_reached_by_way_of_processes(tried, home, place):
    # Ours is another number with every worker, and so no name of a test.
    key = f"{place.format(ours=os.getpid())}{home}/.ssh/id_ed25519"
    assert "Error" in tried(f"print(open({key!r}).read())")


@here
def test_with_all_powers_over_a_namespace_of_its_own_it_is_where_it_was(tried, home):
    key = str(home / ".ssh/id_ed25519")
    # CLONE_NEWUSER | CLONE_NEWNS: in these it may mount, and take away what it mounted.
    code = (
        f"{LIBC}libc.unshare(0x10000000 | 0x20000); "
        "[libc.umount2(p, 2) for p in (b'/', b'/usr', b'/tmp', b'/proc', b'/dev')]; "
        "libc.mount(b'none', b'/usr', None, 0x1020, None); "
        f"print(os.path.exists({key!r}), os.path.exists('/etc/shadow'), os.access('/usr', os.W_OK))"
    )
    assert tried(code) == "False False False"


@here
def test_a_link_that_it_puts_in_the_place_of_its_own_folder_is_not_followed(tried, tmp_path, home):
    own = tmp_path / "own"
    attempt = (
        f"import os; os.chdir('/'); os.rename({str(own)!r}, {str(own) + '2'!r}); "
        f"os.symlink({str(home)!r}, {str(own)!r})"
    )
    assert "Error" in tried(attempt)
    assert own.is_dir()
    assert not own.is_symlink()


FORKS = """
import os, sys, time
print("up", flush=True)
sys.stdin.readline()
for _ in range(60):
    if os.fork() == 0:
        os.setsid()
        break
time.sleep(60)
"""


@here
async def test_a_fork_bomb_in_it_ends_with_all_it_started(tmp_path, eventually, monkeypatch):
    watch = Watch(0.05)
    monkeypatch.setattr("hub_launch.run.process.watch", lambda: watch)
    argv = (sys.executable, "-I", "-S", "-c", FORKS)
    launch = StdioLaunch(
        "bomb", "Bomb", "test", argv, cwd=str(tmp_path / "work"), programs=(sys.prefix, sys.base_prefix)
    )
    child = await Child.spawn(shut_in(launch, BWRAP, tmp_path / "own"), tmp_path / "x.log", Limits(2**40, processes=30))
    assert await child.stdout.readline() == b"up\n"
    child.stdin.write(b"go\n")
    await child.wait()
    assert re.fullmatch(r"was ended: it had \d+ processes, and may have 30", explain_exit(child))
    await asyncio.to_thread(eventually, lambda: not child._family.living())
    await child.close()


def test_a_machine_without_it_says_so(monkeypatch):
    monkeypatch.setattr(bwrap, "find_program", lambda name: None)
    assert bwrap.missing.__wrapped__() == "bubblewrap is not installed"


def test_a_machine_where_it_may_not_run_says_why(monkeypatch, tmp_path):
    forbidden = tmp_path / "bwrap"
    forbidden.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setattr(bwrap, "find_program", lambda name: str(forbidden))
    assert "No permissions to create new namespace" in bwrap.missing.__wrapped__()


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_it_is_found_by_its_absolute_path():
    assert Path(wrapped().argv[0]).is_absolute()
