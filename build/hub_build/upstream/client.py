"""Run a package manager's command line as the user configured it, with bounds on time and output."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hub_launch.errors import HubError
from hub_launch.programs import find_program
from hub_launch.text import printable

# A client retries by itself for about a minute before it gives up; a large wheel takes longer.
MAX_SECONDS = 180
# The longest lists of versions on npm (nightly builds of compilers) are about 15 MB.
MAX_OUTPUT_BYTES = 32 * 1024 * 1024
# What a client says when it fails: the first lines have the reason.
MAX_TOLD = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """How a client ended, and what it wrote."""

    code: int
    out: str
    err: str


def ask(program: str, arguments: Sequence[str], *, install: str, stdin: str = "", cwd: Path | None = None) -> Answer:
    """Run `program` and wait. `install`: the hint where it is missing. cwd: an empty folder of its own when absent.

    The user's environment and settings hold: mirrors, extra indexes, credentials, proxies. The current folder's
    do not, since `.npmrc` and `uv.toml` in a checkout are somebody else's. Raises HubError when the program is
    missing, takes longer than MAX_SECONDS or writes more than MAX_OUTPUT_BYTES.
    """
    path = find_program(program)
    if path is None:
        raise HubError(f"{program} is not installed", install)
    with tempfile.TemporaryDirectory(prefix="hub-build-") as own:
        return run([path, *arguments], cwd=cwd or own, environment=os.environ | {"NO_COLOR": "1"}, stdin=stdin)


def run(
    argv: Sequence[str],
    *,
    cwd: Path | str | None,
    environment: Mapping[str, str],
    seconds: float | None = None,
    stdin: str = "",
) -> Answer:
    """Run a program to its end: at most `seconds` (MAX_SECONDS when absent), at most MAX_OUTPUT_BYTES of each output.

    Raises HubError beyond them, and where it cannot be started.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=out, stderr=err, cwd=cwd, env=environment, start_new_session=True
            )
        except OSError as error:
            raise HubError(
                f"{argv[0]} cannot be started: {error.strerror}", "is it installed as it should be?"
            ) from None
        _wait(process, stdin, MAX_SECONDS if seconds is None else seconds)
        name = Path(argv[0]).name
        return Answer(process.returncode, _text(name, out), _text(name, err))


def no_answer(what: str, answer: Answer) -> HubError:
    """The error for a client that failed for a reason of its own. `what`: `npm cannot tell about x`."""
    told = " ".join((answer.err.strip() or answer.out.strip()).split())[:MAX_TOLD]
    hint = f"is its registry reachable? it said: {printable(told)}" if told else "is its registry reachable?"
    return HubError(what, hint)


def parsed(program: str, text: str) -> Any:
    """A client's JSON. Raises HubError if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise HubError(f"{program} answered with something that is not JSON", f"is {program} up to date?") from None


def _wait(process: "subprocess.Popen[bytes]", stdin: str, seconds: float) -> None:
    try:
        process.communicate(stdin.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        name = Path(str(process.args[0])).name if isinstance(process.args, list) else "it"
        raise HubError(f"{name} did not answer within {seconds:g} s", "is its registry reachable?") from None
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        # The whole group: npm is a script that starts node.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _text(program: str, file: IO[bytes]) -> str:
    file.seek(0)
    data = file.read(MAX_OUTPUT_BYTES + 1)
    if len(data) > MAX_OUTPUT_BYTES:
        raise HubError(f"{program} wrote more than {MAX_OUTPUT_BYTES:,} bytes", "this is no answer about a package")
    return data.decode(errors="replace")
