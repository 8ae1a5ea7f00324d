"""What a client can, as one name: a server may rightly show other tools to a client that can more."""

from msgspec import Raw

from hub_launch.run.messages import NO_FIELDS, Fields, fields_of

# Of the protocol's ClientCapabilities what servers go by; a part of one stands behind a dot. Any other name is of no
# account, so that no client makes sets of its own.
_ABILITIES = (
    "elicitation",
    "elicitation.url",
    "experimental",
    "extensions",
    "roots",
    "sampling",
    "sampling.tools",
    "tasks",
)

NOBODY = ""
"""Can nothing: with this the hub greets what all clients share."""


def named_abilities(capabilities: Raw) -> str:
    """The names of these client capabilities, sorted: `elicitation,roots,sampling`; NOBODY for none."""
    fields = fields_of(capabilities) or {}
    return ",".join(name for name in _ABILITIES if _has(fields, *name.split(".")))


def _has(fields: Fields, name: str, part: str | None = None) -> bool:
    return name in fields and (part is None or part in (fields_of(fields.get(name, NO_FIELDS)) or {}))
