"""Other registries' forms: no content makes an import fail, and what becomes an entry can be written in each form."""

import contextlib
from pathlib import Path

from tests.fuzz.pieces import folder
from tests.hub_build.convert.contract import is_entry

from hub_build.convert import FORMATS, Defaults, Ids, detected, imported
from hub_build.convert.source import read_document, told_briefly
from hub_launch.catalog import Entry
from hub_launch.errors import HubError

EXAMPLES = Path(__file__).parents[2] / "examples/convert"
FACTS = Defaults("MIT", ("someone",), ("utilities",), "2026-11-21", "1.0.0")
MOST = 8192
SEEDS = [
    (b"j" if path.suffix == ".json" else b"y") + path.read_bytes()
    for path in sorted(EXAMPLES.rglob("*"))
    if path.suffix in (".json", ".yaml") and path.is_file() and path.stat().st_size < MOST
]
WORDS = [
    *"packages remotes registryType identifier transport environmentVariables runtimeArguments _meta".split(),
    *"mcpServers command args env docker image secrets config tools oauth servers installations".split(),
    *"null true [] {} [{}] -e --env=A -y npx uvx".split(),
]


def check(data: bytes) -> None:
    path = folder() / ("x.json" if data[:1] == b"j" else "x.yaml")
    path.write_bytes(data[1:])
    document = read_document(path, path.name)
    if isinstance(document, tuple):
        assert told_briefly(document)
        return
    name = detected(document)
    if not name:
        return
    entries = []
    for one in imported(document, name, FACTS, Ids()):
        assert one.document is not None or one.notes
        if one.document is not None and is_entry(one.document):
            entries.append(Entry.model_validate(one.document))
    for form in FORMATS.values() if entries else ():
        # A form that has no place for a server says so.
        with contextlib.suppress(HubError):
            form.write(entries[:1] if form.single else entries)
