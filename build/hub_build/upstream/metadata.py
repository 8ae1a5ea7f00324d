"""What a wheel says about itself: core metadata (PEP 643, 639) and entry points."""

import configparser
import email
import email.policy
import re
from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from hub_build.upstream.release import Release
from hub_build.upstream.source import source_of
from hub_launch.files import read_bounded

# READMEs with pictures in them are the longest files here.
MAX_BYTES = 4 * 1024 * 1024

# The official registry's token: in a comment or anywhere else in the README.
_SERVER_NAME = re.compile(
    r"mcp-name:\s*([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
)

# Names of links (PyPI's well-known ones, normalised) that lead to the source code, best first.
_SOURCE_LABELS = ("repository", "source", "sourcecode", "github", "code", "homepage")
_HOME_LABELS = ("homepage", "documentation", "docs")
_FORGES = ("https://github.com/", "https://gitlab.com/")


def read_metadata(found: Release, folder: Path) -> Release:
    """`found` with what the `.dist-info` of the wheel unpacked in `folder` says; as it was if there is none."""
    information = next(iter(sorted(folder.glob("*.dist-info"))), None)
    if information is None:
        return found
    commands = scripts_of(_content(information / "entry_points.txt"))
    return replace(described(found, _content(information / "METADATA")), executables=commands)


def described(found: Release, metadata: str) -> Release:
    """`found` with what the core metadata says."""
    message = email.message_from_string(metadata, policy=email.policy.compat32)
    links = _links(message)
    source = _source(links)
    repository, directory = source_of(source) if source else (None, None)
    readme = _body(message)
    python = message.get("Requires-Python")
    return replace(
        found,
        server_name=claimed_name(readme),
        license=_license(message),
        description=_known(message.get("Summary")),
        repository=repository,
        directory=directory,
        homepage=_home(links, source),
        author=_author(message),
        readme=readme or None,
        keywords=tuple(word for word in re.split(r"[,\s]+", message.get("Keywords") or "") if word),
        requires=f"python {python}" if python else None,
    )


def claimed_name(readme: str) -> str | None:
    """The server's name after `mcp-name:`, which proves who may use it."""
    found = _SERVER_NAME.search(readme)
    return found[1] if found else None


def scripts_of(entry_points: str) -> tuple[str, ...]:
    """The commands among a wheel's entry points."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their capitals
    try:
        parser.read_string(entry_points)
    except configparser.Error:
        return ()
    return tuple(parser["console_scripts"]) if parser.has_section("console_scripts") else ()


def _content(path: Path) -> str:
    try:
        return read_bounded(path, MAX_BYTES).decode(errors="replace")
    except (OSError, ValueError):
        return ""


def _links(message: EmailMessage | email.message.Message) -> dict[str, str]:
    pairs = [str(link).partition(",") for link in message.get_all("Project-URL", ())]
    links = {re.sub(r"[\W_]+", "", label).lower(): url.strip() for label, _, url in pairs}
    home = _known(message.get("Home-page"))
    return links if home is None else {"homepage": home, **links}


def _source(links: dict[str, str]) -> str | None:
    """The link that leads to the source code: by its label, else by where it leads."""
    labelled = [links[label] for label in _SOURCE_LABELS if label in links]
    return _first_forge(labelled) or _first_forge(links.values())


def _first_forge(urls: Iterable[str]) -> str | None:
    return next((url for url in urls if url.startswith(_FORGES)), None)


def _home(links: dict[str, str], source: str | None) -> str | None:
    return next((links[label] for label in _HOME_LABELS if label in links and links[label] != source), None)


def _license(message: EmailMessage | email.message.Message) -> str | None:
    named = _known(message.get("License-Expression")) or _known(message.get("License"))
    if named and "\n" not in named:
        return named
    # Before PEP 639 people put the whole text there; the classifier is then the name.
    classifiers = [str(one) for one in message.get_all("Classifier", ()) if str(one).startswith("License ::")]
    return classifiers[0].rpartition("::")[2].strip() if classifiers else None


def _author(message: EmailMessage | email.message.Message) -> str | None:
    author = _known(message.get("Author")) or _known(message.get("Author-email"))
    return re.sub(r"\s*<.*$", "", author).strip(" '\"") or None if author else None


def _body(message: EmailMessage | email.message.Message) -> str:
    payload = message.get_payload()
    return (payload if isinstance(payload, str) and payload.strip() else message.get("Description") or "").strip()


def _known(value: object) -> str | None:
    # UNKNOWN is how older tools spelled nothing.
    text = str(value or "").strip()
    return text if text and text != "UNKNOWN" else None
