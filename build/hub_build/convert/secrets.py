"""Leaving credentials out. Values of strangers' settings never reach an entry or a report."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hub_launch.catalog.credentials import sounds_secret


def asked(name: str) -> dict[str, Any]:
    """A variable or header of which only the name is known."""
    return {"name": name, **({"isRequired": True, "isSecret": True} if sounds_secret(name) else {})}


def bare_address(address: str) -> tuple[str, list[str]]:
    """`address` without user, password and secret parameters, and the names of what was taken out."""
    try:
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return address, []
    taken = ["user information"] if "@" in parts.netloc else []
    secret = [name for name, _ in query if sounds_secret(name)]
    if not taken and not secret:
        return address, []
    kept = "&".join(f"{name}={'{' + name + '}' if name in secret else value}" for name, value in query)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query=kept).geturl(), [*taken, *secret]
