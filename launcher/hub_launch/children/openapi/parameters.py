"""Parameters that are no business of an assistant: credentials, and headers that say where a request goes or ends."""

from collections.abc import Iterator, Mapping
from typing import Any

# Where a request ends and where it goes is the client's to say (RFC 9110, 9112). OpenAPI itself has the first three
# ignored, and cookies have a place of their own.
_FORBIDDEN_HEADERS = frozenset(
    "accept content-type authorization host content-length transfer-encoding connection keep-alive te trailer upgrade "
    "expect proxy-authorization proxy-connection cookie forwarded x-forwarded-for x-forwarded-host "
    "x-forwarded-proto x-http-method-override x-original-url x-rewrite-url".split()
)


def without_forbidden(spec: dict[str, Any], auth: Mapping[str, Any]) -> dict[str, Any]:
    """`spec`, changed in place, without these and without the one that holds the key of `auth`."""
    key = (auth["in"], auth["name"].lower()) if auth.get("type") == "apiKey" else None
    for owner in _owners(spec):
        parameters = owner.get("parameters")
        if isinstance(parameters, list):
            owner["parameters"] = [one for one in parameters if not _is_forbidden(_resolved(one, spec), key)]
    return spec


def _owners(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    paths = spec.get("paths")
    for item in paths.values() if isinstance(paths, dict) else ():
        if isinstance(item, dict):
            yield item
            yield from (operation for operation in item.values() if isinstance(operation, dict))


def _resolved(parameter: Any, spec: dict[str, Any]) -> Any:
    prefix = "#/components/parameters/"
    reference = parameter.get("$ref") if isinstance(parameter, dict) else None
    if not isinstance(reference, str) or not reference.startswith(prefix):
        return parameter
    components = spec.get("components")
    known = components.get("parameters") if isinstance(components, dict) else None
    return known.get(reference.removeprefix(prefix)) if isinstance(known, dict) else None


def _is_forbidden(parameter: Any, key: tuple[str, str] | None) -> bool:
    if not isinstance(parameter, dict):
        return False
    place, name = parameter.get("in"), str(parameter.get("name", "")).lower()
    return (place == "header" and name in _FORBIDDEN_HEADERS) or (place, name) == key
