"""Where a package says that its source code is, in one spelling."""

import re

# What npm allows for a repository: URLs with a scheme of git's, `git@host:path`, and `github:owner/name`.
_SCHEME = re.compile(r"^(git\+)?(https?|ssh|git)://(git@)?")
_SCP = re.compile(r"^git@([^:/]+):")
_SHORT = re.compile(r"^(github|gitlab):(?=[^/]+/[^/]+$)")
_PLAIN = re.compile(r"^[^/\s:@]+/[^/\s:@]+$")
# A page inside a repository, as GitHub and GitLab address it.
_INSIDE = re.compile(r"^(https://[^/]+/[^/]+/[^/]+(?:/[^/]+)*?)/(?:-/)?(?:tree|blob)/[^/]+/(.+?)/?$")


def source_of(text: str) -> tuple[str | None, str | None]:
    """The https address of the repository that `text` means, and a folder in it; None for what it does not say."""
    url = _SHORT.sub(r"https://\1.com/", text.strip())
    if _PLAIN.match(url):
        url = f"https://github.com/{url}"
    url = _SCP.sub(r"https://\1/", url)
    url = _SCHEME.sub("https://", url).partition("#")[0]
    if not re.match(r"^https://[^/\s]+/[^\s]+$", url):
        return None, None
    inside = _INSIDE.match(url)
    folder = inside[2] if inside else None
    root = inside[1] if inside else re.sub(r"/(?:-/)?(?:tree|blob)/[^/]+/?$", "", url)
    return root.rstrip("/").removesuffix(".git"), folder
