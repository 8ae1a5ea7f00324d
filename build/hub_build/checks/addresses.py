"""Every address of the static API is a file or a folder, not both.

`/v0/servers/<id>` is a file beside the folders `/v0/servers/<namespace>/`, and `<version>` one beside `index.json`.
"""

from collections.abc import Iterator

from hub_build.findings import Finding, quoted
from hub_build.registry import Registry

LIST_FILE = "index.json"


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
