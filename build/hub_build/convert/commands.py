"""Commands as editors know them (`npx -y package`, `uvx package`, `docker run image`) as packages, and back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hub_build.convert.fields import Fields
from hub_build.convert.imported import Kind
from hub_launch.catalog import Package
from hub_launch.catalog.credentials import sounds_secret

# Runner commands by their words, longest first; what they run; words they take that change nothing.
_RUNNERS: tuple[tuple[tuple[str, ...], str, frozenset[str]], ...] = (
    (("uv", "tool", "run"), "pypi", frozenset(["-q", "--quiet"])),
    (("pipx", "run"), "pypi", frozenset(["--quiet"])),
    (("uvx",), "pypi", frozenset(["-q", "--quiet"])),
    (("npx",), "npm", frozenset(["-y", "--yes", "-q", "--quiet"])),
    (("bunx",), "npm", frozenset(["-y", "--yes", "--bun"])),
    (("docker", "run"), "oci", frozenset(["-i", "--interactive", "--rm", "--init", "-it", "-t", "--tty"])),
    (("podman", "run"), "oci", frozenset(["-i", "--interactive", "--rm", "--init", "-it", "-t", "--tty"])),
)
_KNOWN = ", ".join(sorted({words[0] for words, _, _ in _RUNNERS}))

# Flags of `docker run` that take a value in the next word.
_DOCKER_VALUES = frozenset(
    ["-v", "--volume", "--mount", "--network", "--name", "-p", "--publish", "-u", "--user", "-w"]
)
_DOCKER_ENV = frozenset(["-e", "--env"])

# What a command line says of a package.
COMMAND_PARTS = frozenset(["registryType", "identifier", "version", "packageArguments", "environmentVariables"])

_NPM_SPEC = re.compile(r"(@[^/@\s]+/[^/@\s]+|[^@\s]+)(?:@(.+))?")
_PYPI_SPEC = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?(?:(?:==|@)(.+))?")
# What names a place on somebody's own machine.
_OWN_PATH = re.compile(r"(~|/|\.{1,2}/|[A-Za-z]:[\\/]).*")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is no package."""

    value: str
    because: str


def package_of(server: Fields) -> dict[str, Any] | Refusal:
    """The package that `command` and `args` of `server` start. Its environment is left to the caller."""
    words = [*server.text("command").split(), *server.texts("args")]
    if words[:1] and words[0].lower() in ("cmd", "cmd.exe") and words[1:2] in (["/c"], ["/C"]):
        words = words[2:]
    words[:1] = [re.split(r"[\\/]", word)[-1].removesuffix(".exe").removesuffix(".cmd") for word in words[:1]]
    for start, kind, idle in _RUNNERS:
        if tuple(words[: len(start)]) == start:
            return _package(kind, words[len(start) :], idle, server)
    first = words[0] if words else ""
    return Refusal(first, f"the command is none of {_KNOWN}: what it starts is on one machine only")


def _package(kind: str, words: list[str], idle: frozenset[str], server: Fields) -> dict[str, Any] | Refusal:
    before: list[dict[str, Any]] = []
    environment: list[str] = []
    while words and words[0].startswith("-"):
        flag, words = words[0], words[1:]
        if flag in idle:
            continue
        if kind != "oci":
            return Refusal(flag, "it changes what is run; an entry names the package alone")
        words = _docker_flag(flag, words, before, environment)
    if not words:
        return Refusal("", "the command names no package")
    package = _identified(kind, words[0], server)
    if isinstance(package, Refusal):
        return package
    parts = {
        "runtimeArguments": before,
        "packageArguments": arguments_of(words[1:], server),
        "environmentVariables": [{"name": name} for name in environment],
    }
    return package | {key: value for key, value in parts.items() if value}


def _docker_flag(flag: str, words: list[str], before: list[dict[str, Any]], environment: list[str]) -> list[str]:
    name, equals, value = flag.partition("=")
    if not equals and name in (*_DOCKER_VALUES, *_DOCKER_ENV):
        value, words = (words[0] if words else ""), words[1:]
    if name in _DOCKER_ENV:
        environment.append(value.partition("=")[0])
    elif value:
        before.append({"type": "named", "name": name, "value": value})
    else:
        before.append({"type": "positional", "value": flag})
    return words


def _identified(kind: str, spec: str, server: Fields) -> dict[str, Any] | Refusal:
    package: dict[str, Any] = {"registryType": kind, "identifier": spec}
    if kind != "oci":
        match = (_NPM_SPEC if kind == "npm" else _PYPI_SPEC).fullmatch(spec)
        if not match or _OWN_PATH.fullmatch(spec) or ":" in spec:
            return Refusal(spec, "not the name of a published package")
        package["identifier"] = match[1]
        version = match[2] or ""
        if version and version != "latest":
            package["version"] = version
        if version == "latest" or match[1] != spec.removesuffix(f"@{version}").removesuffix(f"=={version}"):
            server.note(Kind.LOST, server.where("args"), spec, f"the package is {match[1]}, in one exact version")
    return package | {"transport": {"type": "stdio"}}


def arguments_of(words: Iterable[str], server: Fields) -> list[dict[str, Any]]:
    """The arguments `words`. Paths of somebody's machine, and what sounds like a secret, are asked of the user."""
    found: list[dict[str, Any]] = []
    secret = ""
    paths = 0
    for word in words:
        flag, equals, _ = word.partition("=")
        if secret:
            found[-1] = _asked_secret(secret, server)
            secret = ""
        elif word.startswith("-") and sounds_secret(flag):
            found.append(_asked_secret(flag, server) if equals else {"type": "positional", "value": word})
            secret = "" if equals else flag
        elif _OWN_PATH.fullmatch(word):
            paths += 1
            name = "path" if paths == 1 else f"path{paths}"
            server.note(Kind.GUESSED, server.where("args"), name, "a path of one machine: every user gives their own")
            found.append({"type": "positional", "valueHint": name, "format": "filepath", "isRequired": True})
        else:
            found.append({"type": "positional", "value": word})
    return found


def _asked_secret(flag: str, server: Fields) -> dict[str, Any]:
    server.note(Kind.LOST, server.where("args"), "", f"the value of {flag}: every user gives their own")
    return {"type": "named", "name": flag, "isRequired": True, "isSecret": True}


def command_of(package: Package) -> dict[str, Any] | None:
    """Command and args that start `package`, with `<name>` for what a user gives; None if no runner is usual."""
    words = [word for one in package.package_arguments or () for word in argument_words(one)]
    version = package.version
    if package.registry_type == "npm":
        return {"command": "npx", "args": ["-y", f"{package.identifier}{f'@{version}' if version else ''}", *words]}
    if package.registry_type == "pypi":
        return {"command": "uvx", "args": [f"{package.identifier}{f'=={version}' if version else ''}", *words]}
    if package.registry_type != "oci":
        return None
    before = [word for one in package.runtime_arguments or () for word in argument_words(one)]
    for variable in package.environment_variables or ():
        before += ["-e", variable.name]
    return {"command": "docker", "args": ["run", "-i", "--rm", *before, package.identifier, *words]}


def argument_words(argument: Any) -> list[str]:
    """`argument` as words of a command line; what a user gives is `<name>`."""
    flag = getattr(argument, "name", None)
    if argument.format == "boolean" and flag:
        return [flag] if (argument.value or argument.default) == "true" else []
    value = next((one for one in (argument.value, argument.default) if one is not None), None)
    if value is None:
        name = flag.lstrip("-") if flag else argument.value_hint
        if not argument.is_required:
            return []
        value = f"<{name}>"
    return [flag, value] if flag else [value]
