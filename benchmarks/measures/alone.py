"""One benchmark in a process of its own: what it found comes back as a file."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hubs.samples import Section
from pydantic import TypeAdapter

from hub_build.measured.model import Table

# To end what it has started: a hub has ten seconds for its servers.
END_SECONDS = 60.0
_TABLES = TypeAdapter(tuple[Table, ...])


class Failed(Exception):
    """A benchmark found nothing; its text says why."""


def write_tables(path: Path, sections: Sequence[Section]) -> None:
    """Hand over what was found."""
    path.write_bytes(_TABLES.dump_json(tuple(section.table() for section in sections)))


def measured_alone(command: Sequence[str], tables: Path, seconds: float) -> tuple[Table, ...]:
    """Run the command, which writes `tables`. Raises Failed if it does not, or not within so many seconds."""
    with subprocess.Popen(command) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            _end(process)
            raise Failed(f"took longer than {seconds / 60:.0f} minutes") from error
        except KeyboardInterrupt:
            # Ctrl-C was its, too.
            _end(process)
            raise
    if code or not tables.exists():
        raise Failed(f"ended with {code}; what it said stands above")
    return _TABLES.validate_json(tables.read_bytes())


def _end(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C does, so that it ends what it has started."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
