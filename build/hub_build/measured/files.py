"""Results as files: one for each benchmark, with a line for each row, so that git shows what has changed."""

import json
import subprocess
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hub_build.measured.model import Result
from hub_launch.errors import ExitCode, HubError

ROOT = Path(__file__).parents[3]
RESULTS = ROOT / "benchmarks" / "results"

# More of a line is not read across.
_WIDTH = 160
_INDENT = "  "


def read_result(data: bytes, name: str) -> Result:
    """The result in a file. Raises HubError (exit 2) for one of another form."""
    try:
        return Result.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise HubError(
            f"{name} is no result of a benchmark: {place}: {first['msg']}",
            "measure again: `make bench` writes it anew",
            ExitCode.USAGE,
        ) from error


def read_results(folder: Path) -> list[Result]:
    """All results of a folder, in the order in which the benchmarks are run."""
    found = [read_result(path.read_bytes(), path.name) for path in folder.glob("*.json")]
    return sorted(found, key=lambda one: (one.place, one.benchmark))


def write_result(folder: Path, result: Result) -> Path:
    """Write it; returns where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.benchmark}.json"
    path.write_text(as_text(result), encoding="utf-8")
    return path


def as_text(result: Result) -> str:
    """The file's text: whatever fits on a line stands on one."""
    return _text(result.model_dump(mode="json", exclude_defaults=True), "") + "\n"


def committed(path: Path) -> Result | None:
    """The result as the last commit has it; if it has none, as the file has it now; None where there is none.

    One of an earlier form is none.
    """
    data = _in_git(path)
    if data is None:
        data = path.read_bytes() if path.is_file() else b""
    try:
        return read_result(data, path.name) if data else None
    except HubError:
        return None


def _in_git(path: Path) -> bytes | None:
    """What the last commit has there; None if it has no such file, or there is no git."""
    show = ["git", "-C", str(path.parent if path.parent.is_dir() else ROOT), "show", f"HEAD:./{path.name}"]
    try:
        return subprocess.run(show, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def _text(value: Any, indent: str) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + len(line) <= _WIDTH:
        return line
    deeper = indent + _INDENT
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_text(one, deeper)}" for key, one in value.items()]
        return "{\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + _text(one, deeper) for one in value) + f"\n{indent}]"
