"""Run a package manager's command line as the user configured it, with bounds on time and output."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
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
    own = tempfile.TemporaryDirectory(prefix="hub-build-")
    with own as folder, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = _run([path, *arguments], stdin, cwd or Path(folder), out, err)
        return Answer(code, _text(program, out), _text(program, err))


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


def _run(argv: list[str], stdin: str, cwd: Path, out: IO[bytes], err: IO[bytes]) -> int:
    environment = os.environ | {"NO_COLOR": "1"}
    process = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=out, stderr=err, cwd=cwd, env=environment, start_new_session=True
    )
    try:
        process.communicate(stdin.encode(), timeout=MAX_SECONDS)
    except subprocess.TimeoutExpired:
        name = Path(argv[0]).name
        raise HubError(f"{name} did not answer within {MAX_SECONDS} s", "is its registry reachable?") from None
    finally:
        _end(process)
    return process.returncode


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
