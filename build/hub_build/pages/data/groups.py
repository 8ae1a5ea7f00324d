"""Servers by category, tag and publisher."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from hub_build.pages.data.facts import Facts
from hub_launch.catalog.entry import Category

# A tag that one server has leads to that server: a page for each would be more pages than servers.
MIN_TAGGED = 2

CATEGORY_WORDS: Mapping[str, str] = {
    "ai": "Models, prompts and agents",
    "browser": "Driving a browser",
    "cloud": "Cloud providers and infrastructure",
    "communication": "Mail, chat and calendars",
    "data": "Data sets, weather, markets and statistics",
    "databases": "Databases and warehouses",
    "design": "Design, images and diagrams",
    "developer-tools": "Building, testing and running software",
    "documentation": "Documentation of libraries and products",
    "files": "Files and folders, documents and archives",
    "git": "Git and the forges around it",
    "knowledge": "Notes, memory and knowledge bases",
    "monitoring": "Logs, metrics and alerts",
    "office": "Documents, spreadsheets and tasks",
    "search": "Searching the web and other places",
    "utilities": "Time, arithmetic and other small tools",
    "web": "Fetching and reading web pages",
}
"""What one finds in each category, in a few words."""


def by_category(facts: Iterable[Facts]) -> dict[str, list[Facts]]:
    """The servers that may be started in every category of the contract, empty ones too."""
    found = _grouped((key, one) for one in facts if one.is_live for key in one.categories)
    return {category: found.get(category, []) for category in get_args(Category)}


def by_tag(facts: Iterable[Facts]) -> dict[str, list[Facts]]:
    """The servers that may be started with each tag, by tag."""
    found = _grouped((tag, one) for one in facts if one.is_live for tag in dict.fromkeys(one.tags))
    return dict(sorted(found.items()))


def by_publisher(facts: Iterable[Facts]) -> dict[str, list[Facts]]:
    """The servers of each publisher, withdrawn ones too: by namespace in lower case, as logins and domains are."""
    return dict(sorted(_grouped((one.namespace.lower(), one) for one in facts).items()))


def has_page(servers: Sequence[Facts]) -> bool:
    """Whether a tag that `servers` have is worth a page."""
    return len(servers) >= MIN_TAGGED


def category_title(category: str) -> str:
    """`Developer tools` for `developer-tools`."""
    return "AI" if category == "ai" else category.replace("-", " ").capitalize()


def _grouped(pairs: Iterable[tuple[str, Facts]]) -> dict[str, list[Facts]]:
    groups: defaultdict[str, list[Facts]] = defaultdict(list)
    for key, one in pairs:
        groups[key].append(one)
    return {key: sorted(found, key=_by_title) for key, found in groups.items()}


def _by_title(one: Facts) -> tuple[str, str]:
    return one.title.casefold(), one.id
