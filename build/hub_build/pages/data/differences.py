"""What separates two versions of one server, for people: what would run, what it may do, what it wants."""

from collections.abc import Iterator
from typing import Any

from hub_launch.catalog import META_KEY
from hub_launch.judge.draft import Node


def differences(before: Node, after: Node) -> Iterator[str]:
    """A line for each difference between two official `server` objects that a user would want to know of."""
    old, new = before["_meta"][META_KEY], after["_meta"][META_KEY]
    yield from _changed("name", before["name"], after["name"])
    yield from _started(before, after)
    yield from _permissions(old.get("permissions", {}), new.get("permissions", {}))
    yield from _wanted(before, after)
    yield from _changed("licence", old["license"], new["license"])
    yield from _changed("description", before["description"], after["description"])
    if old.get("status", "active") != new.get("status", "active"):
        yield f"is now {new.get('status', 'active')}"


def _changed(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{what}: “{after}”, before “{before}”"


def _started(before: Node, after: Node) -> Iterator[str]:
    old, new = _ways(before), _ways(after)
    yield from (f"no longer started from {way}" for way in old if way not in new)
    yield from (f"can be started from {way}" for way in new if way not in old)


def _ways(server: Node) -> list[str]:
    """Packages without their versions, and addresses."""
    packages = [f"{one['registryType']} {one['identifier'].partition('@sha256:')[0]}"
                for one in server.get("packages", ())]  # fmt: skip
    own = server["_meta"][META_KEY]
    others = [_description_of(own["openapi"])] if "openapi" in own else []
    others += [f"the module {own['module']['path']}"] if "module" in own else []
    return [*packages, *others, *(one["url"] for one in server.get("remotes", ()))]


def _description_of(openapi: dict[str, Any]) -> str:
    return f"the OpenAPI description {openapi.get('file') or openapi.get('url', '')}"


def _permissions(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for key in ("network", "filesystem"):
        yield from _changed(f"{key} permission", _words(old.get(key, "none")), _words(new.get(key, "none")))


def _words(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _wanted(before: Node, after: Node) -> Iterator[str]:
    old, new = _required(before), _required(after)
    yield from (f"no longer wants {name}" for name in old if name not in new)
    yield from (f"wants {name}" for name in new if name not in old)


def _required(server: Node) -> list[str]:
    """Names of the values without which the server does not start, in their order, each once."""
    own = server["_meta"][META_KEY]
    module = own.get("module", {}).get("package")
    parts = [*server.get("packages", ()), *([module] if module else ()), *server.get("remotes", ())]
    parts += [own["openapi"]] if "openapi" in own else []
    return list(dict.fromkeys(name for part in parts for name in _inputs(part)))


def _inputs(part: dict[str, Any]) -> Iterator[str]:
    for key in ("runtimeArguments", "packageArguments", "environmentVariables", "headers"):
        for one in part.get(key, ()):
            variables = one.get("variables", {})
            yield from (name for name, variable in variables.items() if variable.get("isRequired"))
            if one.get("isRequired") and not variables:
                yield one.get("name") or one.get("valueHint", "")
    yield from (name for name, one in part.get("variables", {}).items() if one.get("isRequired"))
