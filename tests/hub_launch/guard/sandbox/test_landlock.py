"""What a server in the tier landlock can do: tried by programs that try it."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hub_launch.catalog.entry import Permissions
from hub_launch.children import landlock as program
from hub_launch.guard.sandbox import grants_of, landlock
from hub_launch.guard.sandbox.tiers import Tier
from hub_launch.plan import StdioLaunch

LANDLOCK = Tier("landlock", landlock.missing, landlock.wrap)
here = pytest.mark.skipif(bool(landlock.missing()), reason=landlock.missing())
connects = pytest.mark.skipif(program.version() < 4, reason="this kernel's Landlock knows no network")


@pytest.fixture
def tier():
    return LANDLOCK


def test_the_command_itself_is_unchanged_behind_what_is_granted():
    launch = StdioLaunch("x", "X", "npm", ("/opt/x", "--flag"), permissions=Permissions(network="any"))
    argv = landlock.wrap(launch, grants_of(launch, Path("/home-of-x"))).argv
    assert argv[argv.index("--") + 1 :] == ("/opt/x", "--flag")
    rules = json.loads(argv[argv.index("--") - 1])
    assert rules["network"] is True
    assert "/home-of-x" in rules["write"]


@here
def test_the_users_keys_cannot_be_read(tried, home):
    key = home / ".ssh/id_ed25519"
    assert "PermissionError" in tried(f"print(open({str(key)!r}).read())")


@here
def test_passwords_of_the_machine_cannot_be_read(tried):
    assert "PermissionError" in tried("open('/etc/shadow').read()")


@here
def test_its_home_is_its_own_and_stays(tried, tmp_path):
    tried("import os; open(os.path.expanduser('~/kept'), 'w').write('yes')")
    assert (tmp_path / "own/kept").read_text() == "yes"


@here
@pytest.mark.parametrize("place", ["/usr/evil", "/etc/evil", "/evil", "/tmp/evil", f"{sys.prefix}/evil"])
def test_it_writes_nowhere_else(tried, place):
    assert "PermissionError" in tried(f"open({place!r}, 'w')")
    assert not Path(place).exists()


@here
def test_temporary_files_have_a_place(tried):
    assert tried("import tempfile; tempfile.TemporaryFile().write(b'x'); print('written')") == "written"


@here
def test_a_folder_that_the_user_named_can_be_read_and_written(tried, tmp_path):
    named = tmp_path / "named"
    named.mkdir()
    (named / "in").write_text("given")
    tried(
        f"d = {str(named)!r}; open(d + '/out', 'w').write(open(d + '/in').read())",
        paths=[named],
        filesystem="arguments",
    )
    assert (named / "out").read_text() == "given"


@here
def test_a_link_out_of_a_granted_folder_leads_nowhere(tried, tmp_path, home):
    named = tmp_path / "named"
    named.mkdir()
    (named / "link").symlink_to(home / ".ssh/id_ed25519")
    code = f"print(open({str(named / 'link')!r}).read())"
    assert "PermissionError" in tried(code, paths=[named], filesystem="arguments")


@here
@connects
def test_it_connects_to_nobody_without_network(tried):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5); print('there')"
        assert "PermissionError" in tried(connect)
        assert "PermissionError" in tried(connect, filesystem="any")
        assert tried(connect, network="loopback") == "there"


@here
def test_what_it_starts_is_shut_in_as_well(tried, home):
    key = str(home / ".ssh/id_ed25519")
    code = f"import subprocess; print(subprocess.run(['/bin/cat', {key!r}], stderr=-2, stdout=-1, text=True).stdout)"
    assert "Permission denied" in tried(code)


@here
@pytest.mark.skipif(program.version() < 6, reason="this kernel's Landlock knows no signals")
def test_it_signals_no_process_but_its_own(tried):
    assert "PermissionError" in tried(f"import os; os.kill({os.getpid()}, 0)")


@here
def test_what_is_not_there_is_not_granted_and_no_obstacle():
    rules = {"read": ["/usr", "/bin", "/lib", "/lib64", "/not/there"], "write": [], "network": True, "files": True}
    command = [sys.executable, "-I", "-S", program.__file__, json.dumps(rules), "--", "/bin/true"]
    assert subprocess.run(command, timeout=60).returncode == 0


def test_a_kernel_without_it_starts_nothing(monkeypatch):
    monkeypatch.setattr(program, "version", lambda: 0)
    assert landlock.missing.__wrapped__() == "this kernel has no Landlock"
    with pytest.raises(OSError, match="no Landlock"):
        program.give_up({"read": [], "write": [], "network": True, "files": True})
