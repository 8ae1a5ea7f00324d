"""What tests of conversion ask of what was converted."""

from typing import Any

from pydantic import ValidationError

from hub_launch.catalog import Entry


def is_entry(document: dict[str, Any]) -> bool:
    """Whether `document` keeps the contract."""
    try:
        Entry.model_validate(document, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return True
