"""The kind `program`: a server that is a program on the user's machine already.

extensions:
  program:
    name: weather-mcp
    arguments: [--units, metric]
    environmentVariables: [{name: WEATHER_KEY, isSecret: true}]
    install: "see https://weather.example.com/install"
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from hub_launch.catalog import EnvironmentVariable
from hub_launch.catalog.base import Model
from hub_launch.errors import HubError
from hub_launch.plan import Context, Launch, Parameter, Values, declared, process_launch


class Program(Model):
    """What belongs below `extensions.program`."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """The program, without a path: looked for where the user's shell would."""
    arguments: tuple[str, ...] = ()
    """What it is given."""
    environment_variables: tuple[EnvironmentVariable, ...] = ()
    """The only variables that it is given."""
    install: str = "install it first"
    """What to do where it is missing."""


def plan(server: str, title: str, part: Mapping[str, Any], values: Values, context: Context) -> Launch:
    """The program by its absolute path, as the user will be shown it."""
    program = _read(server, part)
    path = context.runner(program.name, program.install)
    argv, variables = [path, *program.arguments], program.environment_variables
    # What a sandbox has to let it read: the program, and what lies beside it.
    return process_launch(server, title, "program", argv, variables, values, context, programs=[path])


def parameters(part: Mapping[str, Any]) -> list[Parameter]:
    """What `--set <id>.<name>=` can set: its variables."""
    return declared(variables=Program.model_validate(part).environment_variables)


def _read(server: str, part: Mapping[str, Any]) -> Program:
    try:
        return Program.model_validate(part)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise HubError(f"{server}: `extensions.program.{place}`: {first['msg']}") from error
