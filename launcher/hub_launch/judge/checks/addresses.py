"""Every address of the static API is a file or a folder, not both.

`/v0/servers/<id>` is a file beside the folders `/v0/servers/<namespace>/`, and `<version>` one beside `index.json`.
"""

import re
from collections.abc import Iterator

from hub_launch.judge.findings import Finding, quoted
from hub_launch.judge.registry import Registry

LIST_FILE = "index.json"

# A version is the name of a file. Hosts that go by extensions would run a publisher's text as a page or a script, or
# take it for the compressed copy of another version.
TELLING = re.compile(r"\.(gz|br|zst|x?html?|xht|shtml|svg|xml|xsl|m?js|css|wasm|pdf|swf|php|cgi)$")


def check(registry: Registry) -> Iterator[Finding]:
    """No namespace is an id, or the file of a list; no version is the file of a list. Compared without case."""
    files = {source.text("id").lower(): source for source in registry.sources}
    for source in (*registry.sources, *registry.versions):
        namespace, version = source.text("name").partition("/")[0].lower(), source.text("version").lower()
        if namespace and namespace in files:
            message = f"`name`: the namespace {quoted(namespace)} is the id of {files[namespace].file}"
            hint = "write the namespace as reverse DNS, such as io.github.you"
            yield source.finding(("name",), "address", message, hint)
        for key, text in (("name", namespace), ("version", version)):
            if text == LIST_FILE:
                message = f"`{key}`: {quoted(text)} is the name of a file of the static API"
                yield source.finding((key,), "address", message, "choose another")
        if found := TELLING.search(version):
            message = f"`version`: {quoted(version)} ends like a file that hosts treat in a way of its own"
            yield source.finding(("version",), "address", message, f"choose a version without {quoted(found[0])}")
