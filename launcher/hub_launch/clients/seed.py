"""The seed form, a `servers.yaml`: its packages as the commands that editors have for them.

As entries of a registry, with all that it says, its servers are read by the compiler (hub_build.convert.seed).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Kinds of packages, by the names that the form has for them, and the command that starts one.
_RUNNERS: Mapping[str, Callable[[str, str], list[str]]] = {
    **dict.fromkeys(("npm", "npx"), lambda name, version: ["npx", "-y", f"{name}@{version}" if version else name]),
    **dict.fromkeys(
        ("pypi", "uvx", "python"), lambda name, version: ["uvx", f"{name}=={version}" if version else name]
    ),
    **dict.fromkeys(("docker", "oci"), lambda name, version: ["docker", "run", "--interactive", "--rm", name]),
}
_KIND = ("registry_name", "registry_type", "type")
_PACKAGE = ("package", "identifier")


def is_api(said: Mapping[str, Any]) -> bool:
    """Whether it is an HTTP API by its description."""
    return said.get("type") == "openapi" or "openapi_config" in said or "openapi_url" in said


def name_of(said: Any) -> str:
    """What a server of a list is called; a publisher's part of the name is left out."""
    name = said.get("name") if isinstance(said, dict) else ""
    return str(name or "").rpartition("/")[2]


def translated(said: Any) -> Any:
    """A server in the words of editors, if it is a package in this form's; else what it was."""
    if not isinstance(said, dict) or said.get("command"):
        return said
    runner = next((_RUNNERS[str(said[key])] for key in _KIND if str(said.get(key)) in _RUNNERS), None)
    package = next((str(said[key]) for key in _PACKAGE if said.get(key)), "")
    if runner is None or not package:
        return said
    program, *words = runner(package, str(said.get("version") or ""))
    given = said.get("package_arguments", said.get("args"))
    return {"command": program, "args": [*words, *_words(given)], "env": said.get("env")}


def _words(given: Any) -> Sequence[str]:
    """Arguments: text, or mappings with a name, a value, or what the user has to give as a variable."""
    found: list[str] = []
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict):
            found.append(str(one))
            continue
        name = one.get("name")
        flags = [str(name)] if name and one.get("type") == "named" else []
        value = one.get("value", one.get("default"))
        if value is None and one.get("is_required"):
            value = f"${{input:{one.get('value_hint') or name or 'value'}}}"
        found += [*flags, *([str(value)] if value is not None else [])]
    return found
