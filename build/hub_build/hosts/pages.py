"""The site on Cloudflare Pages and Netlify, which read `_headers` and `_redirects` in it."""

from hub_build.hosts.rules import API_FOLDERS, EVERYWHERE, OTHERS, RULES

# Both are the address of a list and the folder of what is listed; `:x` stands for one part of an address.
_LISTS = ("servers", "servers/:namespace/:name/versions")


def headers() -> str:
    """`_headers`: what each answer says besides its content."""
    blocks = [_block(OTHERS.path, EVERYWHERE)]
    for rule in RULES:
        named = {"Cache-Control": rule.cache, "Content-Type": rule.content_type}
        blocks.append(_block(rule.path, {name: value for name, value in named.items() if value}))
    return "\n".join(blocks)


def redirects() -> str:
    """`_redirects`: lists that are served without sending the client elsewhere (200)."""
    lines = []
    for folder in API_FOLDERS:
        for path in _LISTS:
            lines += [f"{folder}{path}{slash} {folder}{path}/index.json 200" for slash in ("", "/")]
    return "\n".join([*lines, ""])


def _block(path: str, headers: dict[str, str]) -> str:
    return "\n".join([path, *(f"  {name}: {value}" for name, value in headers.items()), ""])
