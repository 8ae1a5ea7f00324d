"""`${VAR}` and `${VAR:-default}` in a configuration's values; `$${` stands for a `${` that is meant as it is."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub_launch.config.key import Key
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded
from hub_launch.text import printable

# Of variables, one a line.
MAX_BYTES = 256 * 1024
ENV_FILE = ".env"

_VARIABLE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{")


class UnknownVariable(Exception):
    """A variable without a value, or what should be one and is none. The text says so."""


def read_env_file(folder: Path) -> dict[str, str]:
    """The variables of the file `.env` in `folder`; none if it is not there. Raises HubError (exit 2)."""
    path = folder / ENV_FILE
    try:
        text = read_bounded(path, MAX_BYTES).decode()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise HubError(f"{printable(str(path))} cannot be read: {why(error)}", code=ExitCode.USAGE) from error
    # Here, since most have no such file. Variables in its values would be looked up in a second way; they are text.
    import io

    from dotenv import dotenv_values

    found = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


def names_in(text: str) -> set[str]:
    """The variables that `text` refers to."""
    return {match[1] for match in _VARIABLE.finditer(text) if match[1]}


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """`text` with the values of its variables. Raises UnknownVariable for one that has none, and no default."""

    def value_of(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        if name is None:
            if match[0] == "$${":
                return "${"
            raise UnknownVariable("`${` begins no variable: write ${NAME}, ${NAME:-default}, or $${ for the signs")
        value = variables.get(name)
        # As in a shell: `:-` is also for a variable that is empty.
        if default is not None:
            return value or default
        if value is None:
            raise UnknownVariable(f"{name} has no value: set it, write it into {ENV_FILE}, or give a default")
        return value

    return _VARIABLE.sub(value_of, text)


def expand(value: Any, variables: Mapping[str, str], key: Key = ()) -> tuple[Any, list[tuple[Key, str]]]:
    """`value` with all its texts expanded, and where that was not possible, with why."""
    if isinstance(value, str):
        try:
            return expanded(value, variables), []
        except UnknownVariable as error:
            return value, [(key, str(error))]
    if not isinstance(value, dict | list):
        return value, []
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    done = [(name, expand(inner, variables, (*key, name))) for name, inner in pairs]
    problems = [problem for _, (_, some) in done for problem in some]
    if isinstance(value, dict):
        return {name: new for name, (new, _) in done}, problems
    return [new for _, (new, _) in done], problems
