"""The package carries the server's name: proof that who publishes it wants that name, by the official rules."""

from collections.abc import Iterator

from hub_build.online.asked import AskedPackage
from hub_build.upstream import Release
from hub_launch.judge.findings import Finding, quoted

# Where the name stands, by the rules of the official registry.
_PLACES = {
    "npm": ("package.json", '"mcpName": "{name}"'),
    "pypi": ("its README", "mcp-name: {name}"),
}


def check(asked: AskedPackage) -> Iterator[Finding]:
    """A package that says nothing, or another name, needs a person: anybody can name a package of somebody else."""
    if not isinstance(asked.answer, Release) or is_proven(asked):
        return
    place, token = _PLACES[asked.package.registry_type]
    claimed = asked.answer.server_name
    said = f"says {quoted(claimed)}" if claimed else "does not say whose server it is"
    hint = f"if it is yours, publish it with `{token.format(name=asked.entry.name)}` in {place}"
    yield asked.finding("identifier", "not-proven", f"{asked.name} {said}, not {quoted(asked.entry.name)}", hint)


def is_proven(asked: AskedPackage) -> bool:
    """Whether the package carries the name of its entry. Names know case."""
    return isinstance(asked.answer, Release) and asked.answer.server_name == asked.entry.name
