"""The file is called as its server: who knows the id knows the file, and no two files can claim one id."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import Registry, Source

EXTENSION = ".yaml"


def check(source: Source) -> Iterator[Finding]:
    """The file is `<id>.yaml`, in lower case."""
    name, id_ = source.path.name, source.text("id")
    stem = name.removesuffix(EXTENSION)
    if stem == name:
        wanted = f"{source.path.stem.lower()}{EXTENSION}"
        yield source.loaded.finding(
            (), "file-name", f"{quoted(name)} must end in {EXTENSION}", f"rename it to {wanted}"
        )
    elif stem != stem.lower():
        message = f"the file name {quoted(name)} must be in lower case"
        yield source.loaded.finding((), "file-name", message, f"rename it to {name.lower()}")
    elif id_ and id_ != stem:
        message = f"`id`: {quoted(id_)} is not the name of the file, {quoted(name)}"
        yield source.loaded.finding(("id",), "file-name", message, f"write `id: {stem}`, or rename the file")


def check_folder(registry: Registry) -> Iterator[Finding]:
    """Nothing but entries lies in `servers/`: a file that is ignored would look as if it were published."""
    for stray in registry.strays:
        message = f"{quoted(PurePosixPath(stray).name)} is not an entry: servers/ has `<id>{EXTENSION}` files alone"
        yield Finding(stray, 1, None, "", Verdict.FAIL, "file-name", message, "move or remove it")
