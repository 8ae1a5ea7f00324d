"""What is fuzzed. To add a harness: a file beside the others in harnesses/, and a line here."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

# The file in harnesses/, and what it feeds with a stranger's bytes.
HARNESSES = {
    "addresses": "hosts and IP addresses in all their spellings",
    "answers": "packed bodies of remote servers' answers",
    "archives": "archives of bundles",
    "cache": "what is kept of a registry on disk",
    "configs": "`hub.yaml` and `hub.toml`, read and changed",
    "documents": "the YAML and JSON of entries and OpenAPI documents",
    "editors": "editors' files with servers, read and changed",
    "entries": "entries: all checks, and what is compiled of them",
    "headers": "headers of requests, and values in them",
    "hub": "requests to the hub's addresses of MCP",
    "imports": "other registries' forms of a server",
    "indexes": "a registry's index, as a document and as a table",
    "lines": "what a child writes, cut into lines",
    "messages": "JSON-RPC messages, and answers that nobody can read",
    "openapi": "OpenAPI documents as their server reads them",
    "parameters": "values for variables and parameters",
    "redaction": "secrets in what servers write",
    "remotes": "what a remote server answers, from the first byte on",
    "sse": "event streams",
    "texts": "strangers' text on a terminal",
    "trust": "a signed registry's files, and what is kept of them",
    "versions": "which version is the newest",
}


@dataclass(frozen=True, slots=True)
class Harness:
    """check: takes any bytes, and raises where the code breaks a promise. seeds: bytes to begin with.

    most: of longer inputs nothing new is learned. words: what the mutations put in, beside what they make up.
    """

    name: str
    check: Callable[[bytes], object]
    seeds: Sequence[bytes]
    most: int
    words: Sequence[str]

    @property
    def regressions(self) -> list[Path]:
        """Inputs that broke a promise once."""
        return sorted((HERE / "regressions" / self.name).glob("*"))


def harness(name: str) -> Harness:
    """The harness of that name, with the code that it checks imported."""
    module = importlib.import_module(f"tests.fuzz.harnesses.{name}")
    return Harness(name, module.check, module.SEEDS, getattr(module, "MOST", 4096), getattr(module, "WORDS", ()))
