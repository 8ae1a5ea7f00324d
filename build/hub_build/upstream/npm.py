"""npm packages, asked of npm."""

import re
import shutil
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub_build.upstream.client import Answer, ask, no_answer, parsed
from hub_build.upstream.release import Missing, Release
from hub_build.upstream.source import source_of
from hub_launch.errors import HubError
from hub_launch.judge.findings import quoted

INSTALL_HINT = 'install Node.js, or `pip install "mcp-hub-launch[runners]"`'

# A name and nothing else: npm would also take a folder, an archive or a repository. (validate-npm-package-name, with
# the capitals of old packages.)
_NAME = re.compile(r"(@[A-Za-z0-9~-][A-Za-z0-9._~-]*/)?[A-Za-z0-9~][A-Za-z0-9._~-]*")
_VERSION = re.compile(r"\d+\.\d+\.\d+[0-9A-Za-z.+-]*")
MAX_NAME = 214
# Servers are a few megabytes; some bring a browser's worth of files.
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_FILES = 20_000

_ABSENT = ("E404", "ETARGET")


def release(identifier: str, version: str | None = None) -> Release | Missing:
    """See Upstream."""
    if not _is_name(identifier):
        return Missing(f"{quoted(identifier)} is not the name of an npm package")
    if version is not None and not _VERSION.fullmatch(version):
        return Missing(f"{quoted(version)} is not one exact version of an npm package")
    found = _view(f"{identifier}@{version}" if version else identifier)
    if isinstance(found, Missing):
        return found
    if version and found.get("version") != version:
        return Missing(f"npm has no version {version} of {identifier}")
    return release_of(identifier, found)


def versions(identifier: str) -> tuple[str, ...]:
    """See Upstream. As npm orders them: by version."""
    found = _view(identifier) if _is_name(identifier) else Missing("")
    if isinstance(found, Missing):
        return ()
    return versions_of(found)


def unpack(found: Release, folder: Path) -> None:
    """See Upstream. npm compares the archive with the integrity that its registry states."""
    spec = f"{found.identifier}@{found.version}"
    # No scripts: an archive from the registry has none to run, and none is wanted.
    answer = ask("npm", ["pack", "--silent", "--ignore-scripts", "--", spec], install=INSTALL_HINT, cwd=folder)
    archives = list(folder.glob("*.tgz"))
    if answer.code != 0 or len(archives) != 1:
        raise no_answer(f"npm cannot download {spec}", answer)
    try:
        _extract(archives[0], folder)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise HubError(f"the archive of {spec} cannot be unpacked: {error}") from None
    archives[0].unlink()


# A page of a repository: its README, its issues.
_ON_FORGE = re.compile(r"https://(?:github|gitlab)\.com/[^/\s#]+/[^/\s#]+(?=$|[/#])")


def release_of(identifier: str, found: Mapping[str, Any]) -> Release:
    """The release that `npm view --json` describes in `found`."""
    repository, directory = _repository(found.get("repository"))
    repository = repository or _repository_of_page(found)
    distribution = _mapping(found.get("dist"))
    integrity = _text(distribution.get("integrity"))
    version = str(found.get("version", ""))
    return Release(
        registry_type="npm",
        identifier=identifier,
        version=version,
        integrity=integrity,
        integrities=(integrity,) if integrity else (),
        published=_time(_mapping(found.get("time")).get(version)),
        withdrawn=_text(found.get("deprecated")),
        server_name=_text(found.get("mcpName")),
        license=_license(found.get("license")),
        description=_text(found.get("description")),
        repository=repository,
        directory=directory,
        homepage=_text(found.get("homepage")),
        author=_person(found.get("author")),
        readme=_text(found.get("readme")),
        keywords=tuple(word for word in _list(found.get("keywords")) if isinstance(word, str)),
        executables=_executables(identifier, found.get("bin")),
        requires=_requires(_mapping(found.get("engines"))),
    )


def versions_of(found: Mapping[str, Any]) -> tuple[str, ...]:
    """The versions that `npm view --json` lists, the newest first."""
    return tuple(str(version) for version in reversed(_list(found.get("versions"))))


def _is_name(identifier: str) -> bool:
    return len(identifier) <= MAX_NAME and _NAME.fullmatch(identifier) is not None


def _view(spec: str) -> Mapping[str, Any] | Missing:
    return viewed(spec, ask("npm", ["view", "--json", "--silent", "--", spec], install=INSTALL_HINT))


def viewed(spec: str, answer: Answer) -> Mapping[str, Any] | Missing:
    """What `npm view --json` answered: the description of a version, or that there is none. Raises HubError else."""
    if not answer.out.strip():
        # npm before version 11 says nothing at all about a version that does not exist.
        if answer.code == 0:
            return Missing(f"npm has no {spec}")
        raise no_answer(f"npm cannot tell about {spec}", answer)
    found = parsed("npm", answer.out)
    if isinstance(found, list):
        found = found[-1] if found else {}
    error = _mapping(_mapping(found).get("error"))
    if error.get("code") in _ABSENT:
        return Missing(f"npm has no {spec}")
    if error or answer.code != 0 or not isinstance(found, dict):
        said = Answer(answer.code, "", str(error.get("summary") or answer.err))
        raise no_answer(f"npm cannot tell about {spec}", said)
    return found


def _extract(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        size = 0
        for count, member in enumerate(opened):
            size += member.size
            if size > MAX_UNPACKED_BYTES or count > MAX_FILES:
                raise tarfile.TarError(f"more than {MAX_UNPACKED_BYTES:,} bytes or {MAX_FILES:,} files")
            if member.isfile():
                _write(opened, member, folder.resolve())


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one file of an archive. By hand, since Python before 3.11.4 has no filter for hostile archives.

    Links are never made, so that where a name leads is decided by the name alone.
    """
    target = (folder / member.name).resolve()
    content = archive.extractfile(member)
    if content is None or not target.is_relative_to(folder):
        raise tarfile.TarError(f"{quoted(member.name)} would lie outside of its folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


def _executables(identifier: str, commands: Any) -> tuple[str, ...]:
    if isinstance(commands, str):
        # One command without a name has the package's own, without the scope.
        return (identifier.rpartition("/")[2],)
    return tuple(_mapping(commands))


def _requires(engines: Mapping[str, Any]) -> str | None:
    node = _text(engines.get("node"))
    return f"node {node}" if node else None


def _repository(value: Any) -> tuple[str | None, str | None]:
    if isinstance(value, str):
        return source_of(value)
    described = _mapping(value)
    url, folder = source_of(_text(described.get("url")) or "")
    return url, _text(described.get("directory")) or folder


def _repository_of_page(found: Mapping[str, Any]) -> str | None:
    """Where the home page or the list of bugs is in a repository, as `npm init` writes them, that one."""
    pages = (_text(_mapping(found.get("bugs")).get("url")), _text(found.get("homepage")))
    return next((match[0] for page in pages if (match := _ON_FORGE.match(page or ""))), None)


def _license(value: Any) -> str | None:
    # An object was the spelling before npm 2.
    return _text(value) or _text(_mapping(value).get("type"))


def _person(value: Any) -> str | None:
    name = _text(value) or _text(_mapping(value).get("name"))
    return re.sub(r"\s*[<(].*$", "", name) or None if name else None


def _time(value: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _list(value: Any) -> list[Any]:
    # npm prints a list of one as that one.
    return value if isinstance(value, list) else [] if value is None else [value]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
