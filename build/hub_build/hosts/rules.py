"""What a host must know to serve the site: one table, of which every host's configuration is made.

Patterns are exact paths, or end in `/*`: the least that all hosts can express. No two of them match one path, because
Cloudflare joins the headers of all rules that match.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

# What is at such an address never changes: its hash is in it. A year is the longest that caches honour.
IMMUTABLE = "public, max-age=31536000, immutable"
# How long a withdrawn server may still be listed somewhere, against how often a busy host is asked.
SHORT = "public, max-age=300"
# The index and its signatures belong together: a cache that keeps one of them breaks the proof.
REVALIDATED = "public, no-cache"
# What is missing now may be there in a minute.
NOT_FOUND = "public, max-age=60"

JSON = "application/json"
PROBLEM = "application/problem+json"
TEXT = "text/plain; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"

# The official API as files: `index.json` stands for its folder, and nothing has an extension.
API_FOLDERS = ("/v0/", "/v0.1/")

# Asked for by GitHub Copilot. Everything here is public and nothing is changed through it.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
}
# Pages load what is beside them and nothing else, and run no script that is written into one. Images may be `data:`,
# since the theme has its icons so. The pages say the same themselves, for hosts that send no headers (mkdocs.yml).
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"
)

EVERYWHERE = {
    **CORS,
    # A publisher's text must stay data, whatever a browser takes it for.
    "X-Content-Type-Options": "nosniff",
    # What a page cannot say of itself: nobody shows it inside their own.
    "Content-Security-Policy": f"{PAGE_POLICY}; frame-ancestors 'none'",
    # Whoever follows a link to a publisher does not tell which page they read.
    "Referrer-Policy": "no-referrer",
}

# By extension, where a rule does not say more. Not Python's table, which depends on the machine.
TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": JSON,
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "txt": TEXT,
    "yaml": "application/yaml",
    "map": JSON,
    "gz": "application/gzip",
}
BYTES = "application/octet-stream"

NOT_FOUND_JSON = "/404.json"
NOT_FOUND_PAGE = "/404.html"
# For hosts that read them; nobody else's business.
HOST_FILES = ("/_headers", "/_redirects")


@dataclass(frozen=True, slots=True)
class Rule:
    """How the files at `path` are served. content_type: by extension when empty."""

    path: str
    cache: str
    content_type: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether the rule is about everything in a folder."""
        return self.path.endswith("/*")

    @property
    def prefix(self) -> str:
        """The path without its star."""
        return self.path.removesuffix("*")

    def matches(self, path: str) -> bool:
        """Whether the rule is about the file at `path`."""
        return path.startswith(self.prefix) if self.is_folder else path == self.path

    @property
    def is_data(self) -> bool:
        """Whether who asks is a program, which reads a problem document and no page."""
        return self.content_type.endswith("json")


RULES = (
    *(Rule(f"{folder}*", SHORT, JSON) for folder in API_FOLDERS),
    Rule("/entries/*", IMMUTABLE, JSON),
    Rule("/specs/*", IMMUTABLE, JSON),
    Rule("/index.json", REVALIDATED, JSON),
    Rule("/metadata/*", REVALIDATED, JSON),
    # The signed index under its hash.
    Rule("/targets/*", IMMUTABLE, JSON),
    Rule("/recorded/*", SHORT, JSON),
    Rule("/search.json", SHORT, JSON),
    Rule("/servers.md", SHORT, MARKDOWN),
    Rule("/lists.json", SHORT, JSON),
    Rule("/managed-settings/*", SHORT, JSON),
    Rule("/badges/*", SHORT),
    Rule("/.well-known/ai-catalog.json", SHORT, "application/ai-catalog+json"),
    Rule("/openapi.yaml", SHORT, "application/yaml"),
    Rule("/feed.xml", SHORT, "application/atom+xml"),
    Rule("/sitemap.xml", SHORT, "application/xml"),
    Rule("/sitemaps/*", SHORT, "application/xml"),
    Rule("/llms.txt", SHORT, TEXT),
    Rule(NOT_FOUND_JSON, NOT_FOUND, PROBLEM),
    Rule(NOT_FOUND_PAGE, NOT_FOUND, TYPES["html"]),
)

# Pages, which the host's own habits suit.
OTHERS = Rule("/*", SHORT)


def rule_for(path: str) -> Rule:
    """The rule of the file at `path`, which begins with a slash."""
    return next((rule for rule in RULES if rule.matches(path)), OTHERS)


def content_type(path: str) -> str:
    """The media type of the file at `path`."""
    extension = PurePosixPath(path).suffix.removeprefix(".").lower()
    return rule_for(path).content_type or TYPES.get(extension, BYTES)


def is_api(path: str) -> bool:
    """Whether `path` is an address of the official API."""
    return path.startswith(API_FOLDERS)


def is_hidden(path: str) -> bool:
    """Whether the file at `path` is nobody's business: our manifest, the hosts' own files."""
    parts = path.split("/")
    return path in HOST_FILES or any(part.startswith(".") and part != ".well-known" for part in parts)
