"""Links that people follow: the source code is where it is said to be, icons are pictures."""

import re
from collections.abc import Iterator

from hub_launch.catalog.entry import Repository
from hub_launch.judge.checks.parts import label
from hub_launch.judge.findings import Finding, quoted
from hub_launch.judge.registry import Source

# As the official registry has them; GitLab's groups can lie in one another.
_PART = r"[A-Za-z0-9_.-]+"
REPOSITORIES = {
    "github": re.compile(rf"https://(www\.)?github\.com/{_PART}/{_PART}/?"),
    "gitlab": re.compile(rf"https://(www\.)?gitlab\.com/{_PART}(/{_PART})+/?"),
}

# What an address's ending says about the picture there. A drawing (SVG) can carry programs, and is shown accordingly
# only where it is known to be one.
_ENDINGS = {
    ".png": ("image/png",),
    ".jpg": ("image/jpeg", "image/jpg"),
    ".jpeg": ("image/jpeg", "image/jpg"),
    ".svg": ("image/svg+xml",),
    ".webp": ("image/webp",),
}


def check(source: Source) -> Iterator[Finding]:
    """Repository and icons are what they say."""
    if source.entry is None:
        return
    if source.entry.repository:
        yield from _repository(source, source.entry.repository)
    for number, icon in enumerate(source.entry.icons or ()):
        path = icon.src.partition("?")[0].lower()
        wanted = next((types for ending, types in _ENDINGS.items() if path.endswith(ending)), ())
        if icon.mime_type and wanted and icon.mime_type not in wanted:
            place = ("icons", number, "mimeType")
            message = f"{label(place)}: {quoted(icon.src)} does not look like {icon.mime_type}"
            yield source.loaded.finding(place, "icon-type", message, f"write {wanted[0]}")


def _repository(source: Source, repository: Repository) -> Iterator[Finding]:
    parts = repository.url.rstrip("/").split("/")
    if not REPOSITORIES[repository.source].fullmatch(repository.url) or {".", ".."} & set(parts):
        place = ("repository", "url")
        message = f"{label(place)}: {quoted(repository.url)} is not a repository on {repository.source}"
        hint = f"write https://{repository.source}.com/<owner>/<name>; a folder in it goes into `subfolder`"
        yield source.loaded.finding(place, "repository-url", message, hint)
