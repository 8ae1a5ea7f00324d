"""A configuration file as its models, with variables filled in; or what is wrong, with file, line and key."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hub_launch.config.defaults import NAMES
from hub_launch.config.key import Key
from hub_launch.config.models import REFERENCE, Config, HubPart, RegistryPart, ServerPart
from hub_launch.config.references import References, references_in
from hub_launch.config.variables import expand, read_env_file
from hub_launch.errors import ExitCode, HubError

if TYPE_CHECKING:
    from hub_launch.config.document import Document

# Of what is wrong, as much as fits on a screen.
MAX_PROBLEMS = 10

_MODELS: Mapping[Key, type[BaseModel]] = {(): Config, ("hub",): HubPart}
_INNER: Mapping[str, type[BaseModel]] = {"servers": ServerPart, "registries": RegistryPart}


# Where pydantic speaks of Python's types.
_WORDS = {
    "model_type": "must be a mapping of keys to values",
    "dict_type": "must be a mapping of keys to values",
    "tuple_type": "must be a list",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text; quote it",
    "string_pattern_mismatch": "must be lower-case letters, digits and hyphens",
    "missing": "is missing",
}


@dataclass(frozen=True)
class Configuration:
    """A file that was read."""

    path: Path
    config: Config
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of the file `.env` beside it."""
    broken: Mapping[str, HubError] = field(default_factory=dict)
    """Servers that cannot be started as they are written: a variable has no value, say."""
    references: References = field(default_factory=References)
    """Which values are those of variables."""

    def selected(self, profile: str | None = None) -> dict[str, ServerPart]:
        """The enabled servers of that profile, or of the file's own, or all of them. Raises HubError (exit 2)."""
        name = profile or self.config.hub.profile
        if name is None:
            wanted = tuple(self.config.servers)
        elif name in self.config.profiles:
            wanted = self.config.profiles[name]
        else:
            known = ", ".join(self.config.profiles)
            hint = f"it has {known}" if known else "it has none"
            others = f"; one of the registry's is started by `hub-launch --profile {name}`"
            raise HubError(f"{self.path} has no profile {name!r}", f"{hint}{others}", ExitCode.USAGE)
        return {one: part for one, part in self.named(wanted).items() if part.enabled}

    def named(self, names: Iterable[str]) -> dict[str, ServerPart]:
        """The servers of these names, enabled or not."""
        return {one: self.config.servers[one] for one in names}


def find_file(given: Path | None, *folders: Path) -> Path:
    """The file that was named, or the first there is in these folders. Raises HubError (exit 2) when there is none."""
    if given:
        return given.absolute()
    for folder in folders:
        for name in NAMES:
            if (folder / name).is_file():
                return (folder / name).absolute()
    raise HubError(
        f"There is no {NAMES[0]} in {' or '.join(map(str, folders))}",
        "`hub-launch init` writes one to begin with; --config names another place",
        ExitCode.USAGE,
    )


def load(path: Path, environ: Mapping[str, str]) -> Configuration:
    """The configuration at `path`. Raises HubError (exit 2) with file, line and key for one that is wrong.

    environ: it overrides `.env`, and by HUB_<KEY> what the file says about the hub itself.
    """
    # Here, since a hub that was started without a file has no need of the reader: two megabytes.
    from hub_launch.config.document import read_document

    document = read_document(path)
    _check_secrets(document)
    own = read_env_file(path.parent)
    variables = {**own, **environ}
    values, unset = expand(document.values, variables)
    broken = _broken(document, unset)
    _without(values, broken)
    overridden = _override(values, variables)
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        raise _refused([_explained(document, one, overridden) for one in error.errors()]) from None
    wrong = [document.sentence(key, message) for key, message in _unknown_names(config)]
    if wrong:
        raise _refused(wrong)
    return Configuration(path, config, own, broken, references_in(document.values, own, environ))


def _check_secrets(document: "Document") -> None:
    for name in ("token", "sessions"):
        key = ("hub", name)
        said = document.said(key)
        # What stands there is not repeated.
        if said is not None and not (isinstance(said, str) and re.fullmatch(REFERENCE, said)):
            what = "no token" if name == "token" else "no address with a password in it"
            message = f"must be ${{NAME}} or keyring:name, and {what}: others can read this file"
            raise document.problem(key, message, "`hub-launch secret set hub` keeps one, as keyring:hub")


def _broken(document: "Document", unset: list[tuple[Key, str]]) -> dict[str, HubError]:
    """Of variables without a value: what is a server's stops that server only."""
    # servers.<id>.<key>...
    others = [one for one in unset if one[0][0] != "servers" or len(one[0]) <= len(("servers", "id"))]
    if others:
        raise _refused([document.sentence(key, message) for key, message in others])
    found: dict[str, HubError] = {}
    for key, message in unset:
        found.setdefault(str(key[1]), document.problem(key, message))
    return found


def _without(values: dict[str, Any], broken: Iterable[str]) -> None:
    """Leave of servers whose values are not known what else counts: that they are there, and whether enabled."""
    for name in broken:
        part = values["servers"][name]
        values["servers"][name] = {key: value for key, value in part.items() if key == "enabled"}


def _override(values: dict[str, Any], variables: Mapping[str, str]) -> dict[Key, str]:
    """Put what HUB_<KEY> says in the place of what `hub` says; returns which variable is at which key."""
    found: dict[Key, str] = {}
    for name, about in HubPart.model_fields.items():
        variable = f"HUB_{name.upper()}"
        if variables.get(variable):
            hub = values.get("hub")
            values["hub"] = {**(hub if isinstance(hub, dict) else {}), about.alias or name: variables[variable]}
            found["hub", about.alias or name] = variable
    return found


def _explained(document: "Document", error: ErrorDetails, overridden: Mapping[Key, str]) -> str:
    # Pydantic's own word for a key that is wrong by itself.
    key = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "extra_forbidden":
        return document.sentence(key, _unknown_key(key))
    message = _WORDS.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    message = message.replace("Input should", "must").replace("String should", "must")
    if key in overridden:
        return f"{overridden[key]}: {message}, not {error['input']!r}"
    # As it is written, since what a variable stands for may be a secret.
    said = key[-1] if key != error["loc"] else document.said(key)
    given = f", not {said!r}" if isinstance(said, str | int | float) else ""
    return document.sentence(key, message + given)


def _unknown_key(key: Key) -> str:
    model = _MODELS.get(key[:-1]) or _INNER.get(str(key[0]))
    names = [about.alias or name for name, about in model.model_fields.items()] if model else []
    close = get_close_matches(str(key[-1]), names, n=1)
    known = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
    return f"there is no such key; {known}"


def _unknown_names(config: Config) -> Iterator[tuple[Key, str]]:
    for profile, servers in config.profiles.items():
        for number, one in enumerate(servers):
            if one not in config.servers:
                yield ("profiles", profile, number), f"there is no server {one} under servers"
    named = {one.name for one in config.registries or ()}
    for name, server in config.servers.items():
        if config.registries is not None and server.registry and server.registry not in named:
            yield ("servers", name, "registry"), f"there is no registry {server.registry} under registries"


def _refused(problems: list[str]) -> HubError:
    more = [f"... and {len(problems) - MAX_PROBLEMS} more"] if len(problems) > MAX_PROBLEMS else []
    return HubError("\n".join([*problems[:MAX_PROBLEMS], *more]), "", ExitCode.USAGE)
