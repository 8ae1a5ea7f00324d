import json
import os
import signal
import subprocess
import sys

import pytest

from hub_launch.cli.commands import COMMANDS
from hub_launch.cli.main import build_parser, main, with_default_command
from hub_launch.errors import ExitCode, HubError
from hub_launch.version import __version__

# What only commands that start servers may load.
HEAVY = {"fastmcp", "mcp", "mcp_types", "starlette", "uvicorn"}


@pytest.fixture
def raising(monkeypatch, cli):
    """Runs `list` as if it raised this."""

    def run(error, **environ):
        def fail(self, *args):
            raise error

        monkeypatch.setattr("hub_launch.cli.commands.Command.run", fail)
        return cli("list", **environ)

    return run


# What is run


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        (["time"], ["launch", "time"]),
        (["time", "git", "--yes"], ["launch", "time", "git", "--yes"]),
        (["--stdio", "time"], ["launch", "--stdio", "time"]),
        (["launch", "time"], ["launch", "time"]),
        (["list"], ["list"]),
        (["registry"], ["launch", "registry"]),
        (["registry", "time"], ["launch", "registry", "time"]),
        (["registry", "list"], ["registry", "list"]),
        (["--help"], ["--help"]),
        (["-h"], ["-h"]),
        (["--version"], ["--version"]),
        ([], ["--help"]),
    ],
)
def test_ids_alone_are_launched(typed, run):
    assert with_default_command(typed) == run


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert COMMANDS[name].summary.split(" (")[0] in " ".join(capsys.readouterr().out.split())


def test_the_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert all(name in out and command.summary.split()[0] in out for name, command in COMMANDS.items())
    assert "exit codes: 0 done" in out


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"hub-launch {__version__}\n"


@pytest.mark.parametrize(
    "argv", [["list", "--bogus"], ["search"], ["info"], ["call", "time"], ["list", "--format", "xml"]]
)
def test_a_wrong_command_line_is_exit_2(argv, capsys):
    assert main(argv) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("error: ")


def test_only_the_chosen_commands_options_are_made():
    assert "--port" not in build_parser("list").format_help()


# How it ends


def test_an_error_is_told_with_its_hint_on_standard_error(raising):
    ran = raising(HubError("It is\x1b[2J not there", "make\u202e it", ExitCode.REGISTRY))
    assert ran.code == 3
    assert ran.out == ""
    assert ran.err == "error: It is\\x1b[2J not there\n  hint: make\\u202e it\n"


def test_an_error_without_a_hint_has_no_line_for_one(raising):
    assert raising(HubError("No")).err == "error: No\n"


def test_ctrl_c_is_exit_130_and_no_traceback(raising):
    ran = raising(KeyboardInterrupt())
    assert (ran.code, ran.err) == (130, "interrupted\n")


def test_a_defect_is_exit_70_with_its_traceback_in_a_file_and_not_on_the_screen(raising, tmp_path):
    ran = raising(ZeroDivisionError("a defect\x1b[2J"))
    log = tmp_path / "state" / "crash.log"
    assert ran.code == 70
    assert ran.err == (
        "error: a defect of hub-launch: ZeroDivisionError: a defect\\x1b[2J\n"
        f"  hint: please report it; the details are in {log}\n"
    )
    assert "Traceback" in log.read_text()
    assert "ZeroDivisionError" in log.read_text()


def test_a_defect_without_a_place_for_its_traceback_shows_it(raising, tmp_path):
    (tmp_path / "file").write_text("")
    ran = raising(ZeroDivisionError("a defect"), HUB_STATE_DIR=str(tmp_path / "file"))
    assert ran.code == 70
    assert "Traceback" in ran.err


def test_a_reader_that_leaves_is_no_error(process, publish, entry):
    publish([entry(f"server-{n}") for n in range(200)])
    reading, writing = os.pipe()
    os.close(reading)
    running = process("list", stdout=writing)
    os.close(writing)
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")


@pytest.mark.parametrize("command", ["launch", "run"])
def test_help_says_where_a_hub_listens_unless_it_is_told_otherwise(cli, capsys, command):
    with pytest.raises(SystemExit):
        cli(command, "--help")
    said = " ".join(capsys.readouterr().out.split())
    assert "address to listen on (default 127.0.0.1)" in said
    assert "0 finds a free one (default 8080)" in said


# What is loaded


@pytest.mark.parametrize(
    "argv",
    [
        ["list"],
        ["search", "time"],
        ["info", "time"],
        ["nope"],
        ["call", "nope", "x"],
        ["--help"],
        ["time", "--set", "x"],
    ],
    ids=" ".join,
)
def test_commands_that_start_nothing_load_no_mcp_library(publish, entry, tmp_path, argv):
    site = publish([entry("time")])
    code = (
        "import json, sys\n"
        "from hub_launch.cli.main import main\n"
        "try:\n"
        f"    main({argv!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "sys.stderr.write(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | {"HUB_REGISTRY": str(site), "HUB_STATE_DIR": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(json.loads(ran.stderr.splitlines()[-1]))
    assert "hub_launch" in loaded
    assert not loaded & HEAVY


# For what is irregular, REST, metrics, traces, an issuer's tokens, and hub.yaml.
ASKED_FOR = {"fastmcp", "fastapi", "prometheus_client", "opentelemetry", "jwt", "cryptography", "yaml"}
TELLING = """
import json, signal, sys
from hub_launch.cli.main import entrypoint

def tell(*_):
    print("loaded", json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr, flush=True)

signal.signal(signal.SIGUSR1, tell)
entrypoint()
"""


def test_a_hub_that_runs_has_loaded_nothing_that_nobody_asked_for(served, publish, entry, fake_npx):
    publish([entry("aa")])
    fake_npx()
    hub = served("aa", "--yes", code=TELLING)
    hub.says("Ready")
    hub.process.send_signal(signal.SIGUSR1)
    loaded = set(json.loads(hub.says(r"loaded (\[.*\])")[1]))
    assert "uvicorn" in loaded
    assert not loaded & ASKED_FOR
    assert hub.end() == 0
