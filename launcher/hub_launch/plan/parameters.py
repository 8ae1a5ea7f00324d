"""The values that an entry asks for, and those that the user gave."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import quote

from hub_launch.catalog import Argument, EnvironmentVariable, Header, Input
from hub_launch.catalog.inputs import VARIABLE_PATTERN, PositionalArgument
from hub_launch.errors import ExitCode, HubError

_VARIABLE = re.compile(VARIABLE_PATTERN)


@dataclass(frozen=True)
class Parameter:
    """One value that a user may set with `--set <id>.<name>=...`."""

    name: str
    input: Input
    repeated: bool = False
    from_environment: bool = False
    """The variable of the same name in the user's environment is taken if nothing else is given."""


class MissingParameters(HubError):
    """Required parameters without a value; `parameters` says which."""

    def __init__(self, server: str, parameters: Sequence[Parameter]) -> None:
        names = ", ".join(parameter.name for parameter in parameters)
        flags = " ".join(f"--set {server}.{parameter.name}=…" for parameter in parameters)
        super().__init__(f"{server} needs {names}", f"add {flags}", ExitCode.USAGE)
        self.parameters = tuple(parameters)


@dataclass
class Values:
    """The user's values for one server, read while planning. Collects what is missing, secret, or a path."""

    server: str
    given: Mapping[str, Sequence[str]]
    """Parameter name -> values, as given with --set or answered to a question."""
    environ: Mapping[str, str]
    cwd: Path
    missing: list[Parameter] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    paths: dict[str, None] = field(default_factory=dict)
    """The files and folders among the values, in order."""

    def of(self, parameter: Parameter) -> list[str]:
        """The parameter's values, checked against its input; empty when there is none.

        Raises HubError (exit 2) for a value that the input does not allow.
        """
        values = list(self.given.get(parameter.name, ()))
        if not values and parameter.from_environment and parameter.name in self.environ:
            values = [self.environ[parameter.name]]
        if not values and parameter.input.default is not None:
            values = [parameter.input.default]
        if not values and parameter.input.is_required:
            self.missing.append(parameter)
        if len(values) > 1 and not parameter.repeated:
            raise HubError(f"{self.server}.{parameter.name} takes one value, got {len(values)}", code=ExitCode.USAGE)
        checked = [check_value(self.server, parameter, value, self.cwd) for value in values]
        if parameter.input.is_secret:
            self.secrets.update(value for value in checked if value)
        if parameter.input.format == "filepath":
            self.paths |= dict.fromkeys(value for value in checked if Path(value).is_absolute())
        return checked

    def one(self, parameter: Parameter) -> str | None:
        """The parameter's single value, or None."""
        return next(iter(self.of(parameter)), None)

    def fill(self, template: str, variables: Mapping[str, Input] | None, *, in_url: bool = False) -> str:
        """`template` with each declared `{name}` replaced; undeclared ones stay, as the specification says.

        in_url: values that are a part of the URL are percent-encoded, so that they cannot leave their place.
        """

        def value_of(match: re.Match[str]) -> str:
            name = match.group(1)
            if not variables or name not in variables:
                return match.group(0)
            value = variables[name].value or self.one(Parameter(name, variables[name])) or ""
            return self._url_part(name, variables[name], value) if in_url and match.group(0) != template else value

        return _VARIABLE.sub(value_of, template)

    def _url_part(self, name: str, declared: Input, value: str) -> str:
        if value in (".", ".."):
            # Encoded or not, HTTP clients read these as "here" and "one up".
            raise HubError(f"{self.server}.{name} must not be {value!r} in an address", code=ExitCode.USAGE)
        # Of a file's name that is no UTF-8, the bytes that it has.
        part = quote(value, safe="", errors="surrogateescape")
        if declared.is_secret and part:
            self.secrets.add(part)
        return part

    def arguments(self, arguments: Iterable[Argument] | None) -> list[str]:
        """The command line that the arguments and the values make."""
        return [word for argument in arguments or () for word in self._argument(argument)]

    def _argument(self, argument: Argument) -> list[str]:
        if argument.value is not None:
            values = [self.fill(argument.value, argument.variables)]
        else:
            values = self.of(argument_parameter(argument))
        if isinstance(argument, PositionalArgument):
            return values
        if argument.format == "boolean":
            return [argument.name] if values == ["true"] else []
        return [word for value in values for word in _flagged(argument.name, value)]

    def environment(self, variables: Iterable[EnvironmentVariable] | None) -> dict[str, str]:
        """The declared environment variables that have a value."""
        return self._named(variables, from_environment=True)

    def headers(self, headers: Iterable[Header] | None) -> dict[str, str]:
        """The declared headers that have a value.

        One that is made of variables has none if none of these has: `Bearer ` without a token would be worse than no
        header, for a server that also lets people sign in.
        """
        given = [header for header in headers or () if self._is_given(header)]
        return self._named(given, from_environment=False)

    def _is_given(self, header: Header) -> bool:
        names = [name for name in _VARIABLE.findall(header.value or "") if name in (header.variables or {})]
        variables = [(name, (header.variables or {})[name]) for name in names]
        return not names or any(one.value or self.one(Parameter(name, one)) for name, one in variables)

    def _named(self, items: Iterable[EnvironmentVariable | Header] | None, *, from_environment: bool) -> dict[str, str]:
        result = {}
        for item in items or ():
            if item.value is not None:
                value: str | None = self.fill(item.value, item.variables)
            else:
                value = self.one(Parameter(item.name, item, from_environment=from_environment))
            if value is not None:
                result[item.name] = value
                if item.is_secret and value:
                    self.secrets.add(value)
        return result

    def check_complete(self) -> None:
        """Raise MissingParameters if a required value was asked for and not there."""
        if self.missing:
            unique = {parameter.name: parameter for parameter in self.missing}
            raise MissingParameters(self.server, list(unique.values()))


def argument_parameter(argument: Argument) -> Parameter:
    """The parameter that sets an argument without a fixed value."""
    name = argument.value_hint or "" if isinstance(argument, PositionalArgument) else argument.name.lstrip("-")
    return Parameter(name, argument, argument.is_repeated)


def declared(
    arguments: Iterable[Argument] = (),
    variables: Iterable[EnvironmentVariable] = (),
    headers: Iterable[Header] = (),
    url_variables: Mapping[str, Input] | None = None,
) -> list[Parameter]:
    """All parameters that these inputs offer to the user, in their order."""
    found: list[Parameter] = []
    for item in (*arguments, *variables, *headers):
        found += [Parameter(name, one) for name, one in (item.variables or {}).items() if one.value is None]
        if item.value is not None:
            continue
        if isinstance(item, EnvironmentVariable | Header):
            found.append(Parameter(item.name, item, from_environment=isinstance(item, EnvironmentVariable)))
        else:
            found.append(argument_parameter(item))
    found += [Parameter(name, one) for name, one in (url_variables or {}).items() if one.value is None]
    return list({parameter.name: parameter for parameter in found}.values())


def check_names(server: str, given: Iterable[str], parameters: Sequence[Parameter]) -> None:
    """Raise HubError (exit 2) for a value that no parameter takes."""
    names = [parameter.name for parameter in parameters]
    for name in given:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            known = f"it has {', '.join(names)}" if names else "it has none"
            hint = f"did you mean {server}.{close[0]}? {known}" if close else known
            raise HubError(f"{server} has no parameter {name!r}", hint, ExitCode.USAGE)


def _flagged(flag: str, value: str) -> tuple[str, ...]:
    """A flag and its value as words: one where the value looks like a flag itself, as Chrome's arguments do.

    Parsers would take it for one (yargs does; Python's and Node's own refuse it), and all know `--flag=value`.
    """
    return (f"{flag}={value}",) if flag.startswith("--") and value.startswith("-") else (flag, value)


def check_value(server: str, parameter: Parameter, value: str, cwd: Path) -> str:
    """The value as the server gets it: paths absolute, everything else as given. Raises HubError (exit 2)."""
    declared = parameter.input
    if declared.choices and value not in declared.choices:
        problem = f"must be one of {', '.join(declared.choices)}"
    elif declared.format == "boolean" and value not in ("true", "false"):
        problem = "must be true or false"
    elif declared.format == "number" and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        problem = "must be a number"
    elif "\0" in value:
        problem = "must not contain a NUL character"
    elif not _is_whole(value):
        problem = "must not contain half of a character"
    elif declared.format == "filepath" and "://" not in value:
        return _absolute(server, parameter.name, value, cwd)
    else:
        return value
    shown = "the value given" if declared.is_secret else repr(value)
    raise HubError(f"{server}.{parameter.name} {problem}, not {shown}", code=ExitCode.USAGE)


def _is_whole(value: str) -> bool:
    """Whether it can be given to a program: text, or the bytes of a name that is none."""
    try:
        value.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _absolute(server: str, name: str, value: str, cwd: Path) -> str:
    try:
        return str(cwd / Path(value).expanduser())
    except RuntimeError as error:
        raise HubError(f"{server}.{name}: no home folder is known for {value!r}", code=ExitCode.USAGE) from error
