"""A FastMCP server that is a Python object."""

from typing import Annotated

from pydantic import Field

from hub_launch.catalog.base import Model
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
