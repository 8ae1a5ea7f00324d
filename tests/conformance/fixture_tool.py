"""What a tool of the fixture server is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fixture_state import COMPLETE


def takes(*names, kind="string", **more):
    """The schema of arguments that are all needed and of one kind."""
    return {"type": "object", "properties": {name: {"type": kind, **more} for name in names}, "required": list(names)}


@dataclass(frozen=True)
class Tool:
    """A tool without its name."""

    description: str
    run: Callable[..., Awaitable[Any]]
    """Gets the request's context and parameters; returns a result as it goes over the wire."""
    input_schema: Mapping[str, Any] = field(default_factory=takes)
    output_schema: Mapping[str, Any] | None = None

    def definition(self, name):
        """As `tools/list` has it."""
        output = {"outputSchema": self.output_schema} if self.output_schema else {}
        return {"name": name, "description": self.description, "inputSchema": self.input_schema, **output}


def says(text):
    """A result that is one text."""
    return {**COMPLETE, "content": [{"type": "text", "text": text}]}
