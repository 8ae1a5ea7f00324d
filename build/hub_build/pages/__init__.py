"""The pages: what people read. Prose and the frame by mkdocs-material, the rest by templates, all of the compiled data.

A page is a view model that a pure function makes of compiled servers, and a template in `site_src/templates/`.
"""

from hub_build.pages import catalog, missing, server
from hub_build.pages.data import (
    categories,
    explorer,
    facts,
    health,
    profiles,
    publishers,
    recent,
    statistics,
    tags,
)
from hub_build.pages.page import Page

# To add a kind of page: a file beside this one, a template, and a line here.
PAGES: dict[str, Page] = {
    "catalog": Page(row=facts.row, whole=catalog.whole),
    "server": Page(of_server=server.of_server, places=server.places),
    "categories": Page(row=facts.row, whole=categories.whole),
    "tags": Page(row=facts.row, whole=tags.whole),
    "profiles": Page(row=facts.row, whole=profiles.whole),
    "publishers": Page(row=facts.row, whole=publishers.whole),
    "statistics": Page(row=facts.row, whole=statistics.whole),
    "health": Page(row=facts.row, whole=health.whole),
    "changes": Page(whole=recent.whole),
    "api": Page(whole=explorer.whole),
    "missing": Page(whole=missing.whole),
}
