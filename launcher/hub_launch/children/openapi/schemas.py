"""How large the schemas of a description become when every reference in them is written out."""

from typing import Any

# A thousand operations with a hundred fields each. References of references multiply: twenty lines may stand for a
# million fields.
MAX_WRITTEN_OUT = 100_000


def is_small_written_out(spec: dict[str, Any]) -> bool:
    """Whether writing out every reference, for clients that read none, makes fewer values than the bound.

    A reference into itself is left as it is by whoever writes it out, and counts as one.
    """
    return _size(spec.get("paths"), spec, {}) <= MAX_WRITTEN_OUT


def _size(value: Any, spec: dict[str, Any], known: dict[str, int]) -> int:
    if isinstance(value, list):
        return 1 + sum(_size(inner, spec, known) for inner in value)
    if not isinstance(value, dict):
        return 1
    reference = value.get("$ref")
    if isinstance(reference, str):
        if reference not in known:
            known[reference] = 1
            known[reference] = _size(_target(reference, spec), spec, known)
        return known[reference]
    return 1 + sum(_size(inner, spec, known) for inner in value.values())


def _target(reference: str, spec: dict[str, Any]) -> Any:
    value: Any = spec
    for part in reference.removeprefix("#/").split("/"):
        value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value
