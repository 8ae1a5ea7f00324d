"""Values a user gives: arguments, environment variables, headers. Official vocabulary (server.json 2025-12-11)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub_launch.catalog.base import EnvName, Flag, Model

# Braces in a value name a variable: `--root={folder}`. The pattern is shared by the planner and the checks.
VARIABLE_PATTERN = r"\{([A-Za-z_][A-Za-z0-9_.-]*)\}"


class Input(Model):
    """One value: fixed by the publisher (`value`), or asked of the user."""

    description: str | None = None
    """What the value is for, shown when the user is asked."""
    is_required: Flag = False
    """The server cannot start without it."""
    is_secret: Flag = False
    """A credential: never stored, logged or shown."""
    format: Literal["string", "number", "boolean", "filepath"] = "string"
    """How to read the value; `filepath` is made absolute and may be granted to the sandbox."""
    default: str | None = None
    """Used when the user gives none."""
    placeholder: str | None = None
    """An example shown while asking; never used as a value."""
    choices: tuple[str, ...] | None = None
    """The only values allowed."""
    value: str | None = None
    """A fixed value; `{name}` in it is replaced by the variable of that name."""


class InputWithVariables(Input):
    """A value that may be put together from named variables."""

    variables: dict[str, Input] | None = None
    """The variables that `value` names in braces."""


class PositionalArgument(InputWithVariables):
    """An argument without a flag."""

    type: Literal["positional"]
    """Placed by its order alone."""
    value_hint: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")] | None = None
    """The name under which a user sets it: `--set <id>.<valueHint>=...`."""
    is_repeated: Flag = False
    """May be given several times."""

    @model_validator(mode="after")
    def _named_or_fixed(self) -> Self:
        if self.value_hint is None and self.value is None:
            raise ValueError("a positional argument needs a valueHint (asked of the user) or a value (fixed)")
        return self


class NamedArgument(InputWithVariables):
    """A flag with its value, as two arguments: `--flag value`.

    With `format: boolean` the flag stands alone: there when the value is `true`, left out when it is `false`.
    Without any value it is left out.
    """

    type: Literal["named"]
    """Placed behind its flag."""
    name: Annotated[str, Field(pattern=r"^-{0,2}[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """The flag with its leading dashes."""
    is_repeated: Flag = False
    """May be given several times."""


Argument = Annotated[PositionalArgument | NamedArgument, Field(discriminator="type")]


class EnvironmentVariable(InputWithVariables):
    """An environment variable that the server reads. A server is given only those that its entry declares."""

    name: EnvName
    """The variable's name."""


class Header(InputWithVariables):
    """An HTTP header sent to a remote server."""

    name: Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
    """The header's name."""
