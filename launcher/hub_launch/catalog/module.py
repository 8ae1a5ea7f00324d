"""A FastMCP server that is a Python object."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from hub_launch.catalog.base import Flag, Model
from hub_launch.catalog.inputs import EnvironmentVariable
from hub_launch.catalog.package import Package

_DOTTED = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$"


class Module(Model):
    """A module, the object or factory in it, and the package that brings it."""

    path: Annotated[str, Field(max_length=256, pattern=_DOTTED)]
    """The import path of the module."""
    entrypoint: Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The server object, or a function (sync or async) that returns it. Found by its usual names when absent."""
    package: Package | None = None
    """The PyPI package that provides the module; absent for modules that the launcher ships itself."""
    environment_variables: tuple[EnvironmentVariable, ...] | None = None
    """The only environment variables that the server is given."""
    in_process: Flag = False
    """Runs inside the hub where the user has installed the package beside the launcher; else in its own process."""

    @model_validator(mode="after")
    def _nothing_of_its_own(self) -> Self:
        package = self.package
        given = (package.package_arguments, package.environment_variables) if package else ()
        if self.in_process and any((self.environment_variables, *given)):
            # A process has one environment and one command line: what one server is given all others would see.
            raise ValueError("a module with inProcess has no environment variables and arguments of its own")
        return self
