"""The root of trust that comes with this launcher."""

import json
from pathlib import Path

from hub_launch.catalog import sha256_hex
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded

# Some keys and signatures: measured 2 kB.
MAX_ROOT_BYTES = 64 * 1024

DEVELOPMENT = "x-mcp-hub-development"
"""A member of a root's signed part; true says that its private keys are no secret."""

_SHIPPED = Path(__file__).parents[1] / "data" / "roots"


def shipped_root() -> bytes:
    """The newest root of the public registry that this launcher came with; see site_src/docs/ceremony.md."""
    newest = max(_SHIPPED.glob("*.root.json"), key=lambda path: int(path.name.partition(".")[0]))
    return newest.read_bytes()


def read_root(path: Path) -> bytes:
    """A root that the user names. Raises HubError (exit 2) if there is none."""
    try:
        root = read_bounded(path, MAX_ROOT_BYTES)
        if not root:
            # Elsewhere no bytes mean no root: an empty file must not make a registry an unsigned one.
            raise ValueError("it is empty")  # noqa: TRY301  # told as the others are
    except (OSError, ValueError) as error:
        raise HubError(
            f"The root {path} cannot be read: {why(error)}",
            "ask the registry's operator for its root.json",
            ExitCode.USAGE,
        ) from error
    return root


def is_development(root: bytes) -> bool:
    """Whether a root says of itself that its keys are no secret."""
    try:
        return json.loads(root)["signed"].get(DEVELOPMENT) is True
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def short_hash(root: bytes) -> str:
    """How people compare two roots."""
    return sha256_hex(root)[:16]
