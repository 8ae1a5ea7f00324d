"""Reading a description: bounded, complete in itself, of a version that can be served."""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub_launch.children.openapi.fetch import fetch
from hub_launch.children.openapi.yaml import MAX_DEPTH, read_yaml

# Larger descriptions exist (a few clouds' whole API); as tools they would be of no use to an assistant.
MAX_SPEC_BYTES = 8 * 1024 * 1024

_TOO_DEEP = f"the description is nested deeper than {MAX_DEPTH} levels"
_READABLE = re.compile(r"3\.[01](\.\d+)?(-.*)?")


def load_spec(location: str, sha256: str | None = None) -> dict[str, Any]:
    """The description at a path or an https URL.

    Raises OSError, httpx2.HTTPError, yaml.YAMLError or ValueError.
    """
    data = load_data(location)
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("the description has changed since the entry was published")
    return parse_spec(data)


def load_data(location: str) -> bytes:
    """The bytes at a path or an https URL. Raises OSError, httpx2.HTTPError or ValueError."""
    if location.startswith("https://"):
        data = asyncio.run(fetch(location, MAX_SPEC_BYTES))
    else:
        with Path(location).open("rb") as file:
            data = file.read(MAX_SPEC_BYTES + 1)
    if len(data) > MAX_SPEC_BYTES:
        raise ValueError(f"the description is larger than {MAX_SPEC_BYTES:,} bytes")
    return data


def parse_spec(data: bytes) -> dict[str, Any]:
    """The description, JSON or YAML. Raises yaml.YAMLError or ValueError."""
    try:
        spec = json.loads(data) if data.lstrip()[:1] == b"{" else read_yaml(data)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_version(spec)
    _check_references(spec)
    return spec  # type: ignore[no-any-return]


def _check_version(spec: Any) -> None:
    if not isinstance(spec, dict):
        raise ValueError("the description is not OpenAPI 3")  # noqa: TRY004 - a wrong value, not a wrong call
    version = spec.get("openapi")
    if "swagger" in spec and version is None:
        raise ValueError(f"the description is Swagger {spec['swagger']}; convert it to OpenAPI 3.1, and publish that")
    if version is None or not str(version).startswith("3."):
        raise ValueError("the description is not OpenAPI 3")
    if not _READABLE.fullmatch(str(version)):
        raise ValueError(f"the description is OpenAPI {version}; only 3.0 and 3.1 can be read")


def _check_references(spec: dict[str, Any]) -> None:
    """Nothing is fetched but the description itself, so that it means the same everywhere and tomorrow.

    Nor is it nested deeper than its readers, which call themselves for each level, can follow.
    """
    for reference in _references(spec):
        if not reference.startswith("#"):
            raise ValueError(f"the description refers to {reference!r}, which is outside of it; nothing else is read")


def _references(document: Any) -> Iterator[str]:
    waiting = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        if depth == MAX_DEPTH:
            raise ValueError(_TOO_DEEP)
        if isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
            yield reference
        waiting += [(inner, depth + 1) for inner in (value.values() if isinstance(value, dict) else value)]
