"""The hub's configuration as it is now on the disk, and how it is changed there."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class Setting:
    """`hub.yaml`. JSON is YAML, and needs no library to be written."""

    def __init__(self, path: Path, document: Mapping[str, Any]) -> None:
        self.path = path
        self._first = copy.deepcopy(dict(document))
        self.document: Document = copy.deepcopy(self._first)
        self.write()

    @property
    def servers(self) -> Document:
        """What it says of each server."""
        servers: Document = self.document["servers"]
        return servers

    def write(self) -> None:
        """Put it on the disk, as editors do: in the place of the old one, at once."""
        self._put(json.dumps(self.document, indent=1))

    def write_wrong(self) -> None:
        """Put something there that is wrong; `write` puts it right again."""
        wrong = copy.deepcopy(self.document)
        wrong["servers"]["s0"]["strat"] = "eager"
        self._put(json.dumps(wrong, indent=1))

    def reset(self) -> None:
        """As it was at first."""
        self.document = copy.deepcopy(self._first)
        self.write()

    def _put(self, text: str) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(text)
        new.replace(self.path)
