"""Putting one server into a client's file: one piece of text at one place, so that nothing else of it changes.

To add a format: a file beside this one, and a line in FORMATS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub_launch.clients.formats import jsonc, toml, yaml


@dataclass(frozen=True, slots=True)
class Format:
    """parse: a file's text as values. insertion: where a server goes, and its text. removal: where one stands, for a
    file that its client wrote anew since.

    All raise ValueError, which says where; insertion for a file that is not written so that it could be added to.
    """

    parse: Callable[[str], Any]
    insertion: Callable[[str, tuple[str, ...], str, Mapping[str, Any]], tuple[int, str]]
    removal: Callable[[str, tuple[str, ...], str], tuple[int, int]]


FORMATS: Mapping[str, Format] = {
    "json": Format(jsonc.parse, jsonc.insertion, jsonc.removal),
    "toml": Format(toml.parse, toml.insertion, toml.removal),
    "yaml": Format(yaml.parse, yaml.insertion, yaml.removal),
}
