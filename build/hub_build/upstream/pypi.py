"""PyPI packages, asked of uv, which also starts them; pip lists versions, which uv does not."""

import importlib.util
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub_build.upstream.client import Answer, ask, no_answer, parsed
from hub_build.upstream.metadata import read_metadata
from hub_build.upstream.release import Missing, Release
from hub_launch.errors import HubError
from hub_launch.judge.findings import quoted

INSTALL_HINT = 'install uv, or `pip install "mcp-hub-launch[runners]"`'

# PEP 508, and what PEP 440 allows in one version: no file, no address, no range, no option.
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+_!-]*")
MAX_NAME = 214

# uv's own words (0.5 to 0.13). It ends with 1 when it asked everyone and nothing fits, with 2 when it could not ask.
_NOTHING_FITS = 1
_WANTS_PYTHON = re.compile(r"depends on Python(?:>=|==|~=)(\d+\.\d+)")
_YANKED = re.compile(r"is yanked(?: \(reason: \"(.*)\"\))?")
_NO_REASON = "yanked, without a reason"


def release(identifier: str, version: str | None = None) -> Release | Missing:
    """See Upstream. Downloads the wheel, since a README is nowhere else; its code is not run."""
    if not _is_name(identifier):
        return Missing(f"{quoted(identifier)} is not the name of a PyPI package")
    if version is not None and not _VERSION.fullmatch(version):
        return Missing(f"{quoted(version)} is not one exact version of a PyPI package")
    requirement = f"{identifier}=={version}" if version else identifier
    answer = _locked(requirement)
    if answer.code == _NOTHING_FITS:
        return Missing(f"PyPI has no {requirement}")
    if answer.code != 0:
        raise no_answer(f"uv cannot tell about {requirement}", answer)
    found = release_of(identifier, answer)
    return _with_metadata(found) if found.integrities else found


def versions(identifier: str) -> tuple[str, ...]:
    """See Upstream."""
    if not _is_name(identifier):
        return ()
    arguments = ["index", "versions", "--pre", "--json", "--", identifier]
    if importlib.util.find_spec("pip"):
        answer = ask(sys.executable, ["-m", "pip", *arguments], install=INSTALL_HINT)
    else:
        answer = ask("uvx", ["pip", *arguments], install=INSTALL_HINT)
    if answer.code == 0:
        return tuple(map(str, parsed("pip", answer.out).get("versions", ())))
    # pip says the same for a package that does not exist and an index that cannot be reached; uv does not.
    if isinstance(release(identifier), Missing):
        return ()
    raise no_answer(f"pip cannot list the versions of {identifier}", answer)


def unpack(found: Release, folder: Path) -> None:
    """See Upstream. Only wheels: making one of a source archive runs the package's code."""
    spec = f"{found.identifier}=={found.version}"
    answer = _install(spec, folder)
    python = _WANTS_PYTHON.search(answer.err)
    if answer.code != 0 and python:
        answer = _install(spec, folder, "--python-version", python[1])
    if answer.code != 0:
        raise no_answer(f"uv cannot download a wheel of {spec}", answer)


def release_of(identifier: str, answer: Answer) -> Release:
    """The release that `uv pip compile --format pylock.toml` describes. Raises HubError if it describes none."""
    try:
        package = tomllib.loads(answer.out)["packages"][0]
        wheels = [wheel for wheel in package.get("wheels", ()) if isinstance(wheel, dict)]
        version = str(package["version"])
    except (tomllib.TOMLDecodeError, LookupError, TypeError, AttributeError):
        raise HubError(f"uv described no package {identifier}", "is uv up to date? `uv self version` says") from None
    yanked = _YANKED.search(answer.err)
    hashes = {_file_of(wheel): _hash_of(wheel) for wheel in wheels}
    sources = [package["sdist"]] if isinstance(package.get("sdist"), dict) else []
    return Release(
        registry_type="pypi",
        identifier=identifier,
        version=version,
        integrity=one_for_all(hashes),
        integrities=tuple(sorted(integrity for integrity in hashes.values() if integrity)),
        published=min(_times([*wheels, *sources]), default=None),
        withdrawn=(yanked[1] or _NO_REASON) if yanked else None,
    )


def one_for_all(hashes: Mapping[str, str | None]) -> str | None:
    """Of wheels by file name, the hash of the one that runs on every machine, if there is one."""
    return next((hashes[name] for name in sorted(hashes) if name.endswith("-none-any.whl")), None)


def _locked(requirement: str) -> Answer:
    answer = _compile(requirement)
    python = _WANTS_PYTHON.search(answer.err)
    # Published for a later Python than ours: that is no reason to say that it does not exist.
    if answer.code == _NOTHING_FITS and python:
        return _compile(requirement, "--python-version", python[1])
    return answer


def _compile(requirement: str, *options: str) -> Answer:
    arguments = ["pip", "compile", "--no-deps", "--no-header", "--no-annotate", "--format", "pylock.toml"]
    return ask("uv", [*arguments, *_python(), *options, "-"], install=INSTALL_HINT, stdin=requirement)


def _install(requirement: str, folder: Path, *options: str) -> Answer:
    arguments = ["pip", "install", "--quiet", "--no-deps", "--no-build", "--target", str(folder)]
    return ask("uv", [*arguments, *_python(), *options, "--", requirement], install=INSTALL_HINT)


def _python() -> tuple[str, ...]:
    # Named, since uv looks for one in the current folder, which is empty, and would download it.
    return ("--python", sys.executable)


def _with_metadata(found: Release) -> Release:
    with tempfile.TemporaryDirectory(prefix="hub-build-") as folder:
        try:
            unpack(found, Path(folder))
        except HubError:
            # A wheel for other machines only: what the index says is still true.
            return found
        return read_metadata(found, Path(folder))


def _is_name(identifier: str) -> bool:
    return len(identifier) <= MAX_NAME and _NAME.fullmatch(identifier) is not None


def _file_of(wheel: Mapping[str, Any]) -> str:
    return str(wheel.get("name") or wheel.get("url") or wheel.get("path") or "").rpartition("/")[2]


def _hash_of(wheel: Mapping[str, Any]) -> str | None:
    digest = wheel.get("hashes", {}).get("sha256")
    return f"sha256-{digest}" if digest else None


def _times(files: Iterable[Mapping[str, Any]]) -> list[datetime]:
    times = [file["upload-time"] for file in files if isinstance(file.get("upload-time"), datetime)]
    return [time if time.tzinfo else time.replace(tzinfo=UTC) for time in times]
