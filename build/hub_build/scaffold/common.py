"""What every draft needs, whatever it is made of: who, where, licence, topics."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from hub_build.convert.names import slug
from hub_build.scaffold import licences, topics
from hub_build.scaffold.draft import Draft
from hub_build.scaffold.request import Request

_LOGIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,38})")
_FORGES = {"github.com": ("github", "io.github"), "gitlab.com": ("gitlab", "io.gitlab")}
_LINKED = re.compile(r"https://github\.com/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]*[A-Za-z0-9_-])")
UNKNOWN_LOGIN = "your-github-login"
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_!-]{0,254}")


def owner_of(repository: str | None) -> str:
    """The account that a repository belongs to; empty if it is on no forge that we know."""
    parts = urlsplit(repository or "")
    owner = parts.path.strip("/").partition("/")[0]
    return owner if parts.hostname in _FORGES and _LOGIN.fullmatch(owner) else ""


def linked_repository(readme: str, identifier: str) -> str | None:
    """The repository that `readme` links to and that is called like the package; None without one."""
    wanted = slug(identifier.rpartition("/")[2])
    for owner, name in _LINKED.findall(readme):
        if wanted in slug(name) or slug(name) in wanted:
            return f"https://github.com/{owner}/{name}"
    return None


def add_name(draft: Draft, claimed: str | None, repository: str | None, last: str) -> None:
    """The official name: the one that the package claims, else one in the namespace of its repository."""
    if claimed:
        draft.known("name", claimed)
        return
    host = urlsplit(repository or "").hostname or ""
    owner = owner_of(repository)
    if owner:
        because = "from the repository; a package proves its name with `mcpName` (npm) or `mcp-name:` (PyPI)"
        draft.guessed("name", f"{_FORGES[host][1]}.{owner}/{last}", because)
    else:
        draft.guessed("name", f"io.github.{UNKNOWN_LOGIN}/{last}", "write your own namespace before the slash")


def add_repository(draft: Draft, repository: str | None, directory: str | None) -> None:
    """Where the source code is, if it is on a forge that the official registry knows."""
    host = urlsplit(repository or "").hostname
    if repository and host in _FORGES:
        found = {"url": repository, "source": _FORGES[host][0]}
        folder = (directory or "").strip("/").removeprefix("./")
        if folder and not {".", ".."} & set(folder.split("/")) and " " not in folder:
            found["subfolder"] = folder
        draft.known("repository", found)


def add_license(draft: Draft, stated: str | None, texts: Iterable[str] = (), readme: str = "") -> None:
    """The licence as SPDX expression: as stated, else as files and README name it."""
    if found := licences.expression(stated):
        draft.known("license", found)
        if found != stated:
            draft.remark(("license",), f"guessed: it says `{stated}`")
    elif found := licences.from_texts(texts, readme):
        draft.guessed("license", found, "from the words of its README or licence file")
    else:
        told = f"it says `{stated}`" if stated else "it says nothing"
        draft.guessed("license", licences.UNKNOWN, f"{told}; write the SPDX expression, such as MIT")


def add_people(draft: Draft, request: Request, repository: str | None) -> None:
    """Who may change the entry."""
    owner = owner_of(repository)
    if request.login:
        draft.guessed("maintainers", [request.login], "from your git configuration; who may change this entry")
    elif owner:
        because = "the owner of the repository; write the GitHub logins of who may change this entry"
        draft.guessed("maintainers", [owner], because)
    else:
        draft.guessed("maintainers", [UNKNOWN_LOGIN], "write the GitHub logins of who may change this entry")


def add_topics(draft: Draft, name: str, description: str, keywords: Iterable[str]) -> None:
    """Categories and tags."""
    words = tuple(keywords)
    categories = topics.categories_of(name, description, words)
    draft.guessed("categories", categories, "from its description; at most three, of the list in the schema")
    draft.known("tags", topics.tags_of(words, not_these=(*categories, str(draft.document.get("id", "")))))


def add_version(draft: Draft, version: str, request: Request) -> None:
    """Version and day."""
    exact = version if _VERSION.fullmatch(version) and version.lower() != "latest" else ""
    if exact:
        draft.known("version", exact)
    else:
        draft.guessed("version", "1.0.0", "it has none of its own")
    draft.known("published", request.today)
