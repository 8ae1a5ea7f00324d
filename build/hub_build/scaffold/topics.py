"""Categories and tags, by the words that servers of a kind use about themselves."""

import re
from collections.abc import Iterable

from hub_build.convert.names import slug

MAX_CATEGORIES, MAX_TAGS, MAX_TAG = 2, 6, 32

# Stems at the beginning of a word. The more a text has of a category's, the more it belongs there.
_STEMS = {
    "ai": "llm embedding vector rag inference prompt reasoning thinking openai huggingface agent-memory",
    "browser": "browser playwright puppeteer chrome devtools selenium webpage-automation chromium",
    "cloud": "cloud aws azure gcp kubernetes terraform serverless lambda heroku vercel cloudflare k8s "
    "infrastructure docker container",
    "communication": "slack discord email gmail telegram whatsapp sms messag chat teams twilio mail",
    "data": "weather finance stock market dataset analytics statistic csv dataframe time-series price bioinform "
    "geo map maps",
    "databases": "database postgres mysql sqlite mongodb redis sql clickhouse snowflake bigquery duckdb neo4j "
    "elasticsearch opensearch qdrant supabase",
    "design": "figma design diagram image video canvas draw blender 3d svg storybook chart",
    "developer-tools": "developer debug lint compiler ide code coding ci build test testing npm monorepo sdk devops "
    "language-server lsp framework",
    "documentation": "documentation docs context7 library-docs reference",
    "files": "filesystem file folder directory pdf archive",
    "git": "git github gitlab bitbucket repository pull-request commit",
    "knowledge": "knowledge memory graph notes note obsidian notion wiki wikipedia paper arxiv research",
    "monitoring": "monitor grafana sentry observability metric logs datadog prometheus alert trace incident",
    "office": "calendar excel word powerpoint spreadsheet document office jira confluence linear task todo project- "
    "management airtable asana",
    "search": "search tavily exa brave google-search retrieval",
    "utilities": "time timezone clock calculator convert uuid random math",
    "web": "web scrape scraping crawl fetch html http url website",
}  # fmt: skip

_FALLBACK = "utilities"
_NO_TAGS = frozenset(
    "mcp ai llm claude server modelcontextprotocol model-context-protocol mcp-server cursor anthropic agent agents "
    "tool tools llms assistant copilot typescript python node nodejs sdk cli chatgpt claude-code model context "
    "protocol".split()
)


def categories_of(name: str, description: str, keywords: Iterable[str]) -> list[str]:
    """The likeliest categories, best first; never none. Words of the name count most."""
    weighted = ((name, 3), (description, 2), (" ".join(keywords), 1))
    scores = {
        category: sum(weight * _hits(stems, text) for text, weight in weighted) for category, stems in _STEMS.items()
    }
    best = sorted((category for category in scores if scores[category]), key=lambda one: (-scores[one], one))
    close = [one for one in best if scores[one] * 2 > scores[best[0]]]
    return close[:MAX_CATEGORIES] or [_FALLBACK]


def tags_of(keywords: Iterable[str], not_these: Iterable[str] = ()) -> list[str]:
    """Keywords as tags, without those that every server has."""
    refused = _NO_TAGS | set(not_these)
    made = dict.fromkeys(slug(word.lower().removeprefix("mcp-").removesuffix("-mcp"), MAX_TAG) for word in keywords)
    return [tag for tag in made if tag and tag not in refused][:MAX_TAGS]


def _hits(stems: str, text: str) -> int:
    words = f" {' '.join(re.split(r'[^a-z0-9]+', text.lower()))}"
    return sum(f" {stem.replace('-', ' ')}" in words for stem in stems.split())
