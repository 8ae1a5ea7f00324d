"""Names of packages, as opposed to everything else that a package manager would fetch and run."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an identifier is no name: `told` follows it in a message."""

    told: str
    hint: str


# Lower case, as npm demands of new packages; npm's own limit is 214 characters.
_NPM = r"(?=.{1,214}$)(@[a-z0-9~][a-z0-9._~-]*/[a-z0-9~_][a-z0-9._~-]*|[a-z0-9~][a-z0-9._~-]*)"
# PEP 508 without extras: `name[extra]` would install packages that neither name nor hash tell anything about.
_PYPI = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
_NUGET = r"(?=.{1,100}$)[A-Za-z0-9_]+([.-][A-Za-z0-9_]+)*"
_IMAGE = r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
_OCI = rf"{_IMAGE}(:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?@sha256:[a-f0-9]{{64}}"
# The official registry wants "mcp" in the address too: it keeps out downloads that are something else.
_MCPB = r"(?=.*mcp)https://[^/?#\s]+/\S+"

NAMES = {
    kind: re.compile(form)
    for kind, form in {"npm": _NPM, "pypi": _PYPI, "nuget": _NUGET, "oci": _OCI, "mcpb": _MCPB}.items()
}

# npm and the file system know these as something else.
_RESERVED_NPM = frozenset(["node_modules", "favicon.ico"])

_NAME_HINTS = {
    "npm": "write the name alone, in lower case, such as @you/your-server; the version goes into `version`",
    "pypi": "write the name alone, such as your-server; the version goes into `version`",
    "nuget": "write the name alone, such as You.Server",
    "oci": "write registry/owner/image@sha256:<digest>",
    "mcpb": "write the https:// address of the bundle, with `mcp` in it",
}

# What npm and pip take besides names, the most telling first. Images and bundles are addresses by nature.
_SPECS = (
    (re.compile(r"-"), "is an option of the package manager, not a name"),
    (re.compile(r"npm:|.*@npm:"), "is an alias of another package"),
    (re.compile(r"(file|link|portal|workspace):|\.{0,2}[/\\]|\.{1,2}$|~[/\\]|[A-Za-z]:[\\/]"), "is a path, not a name"),
    (re.compile(r"(git|github|gitlab|bitbucket|gist|ssh|https?)\b[+:@]|.*://"), "is an address, not a name"),
    (re.compile(r".*(@|[=<>~!]=|[<>^*])[^/]*$"), "carries a version"),
    (re.compile(r".*\[.*\]"), "carries extras, whose packages no hash covers"),
    (re.compile(r"[^@/]+/[^/]+$"), "is a repository on GitHub to npm, not a name"),
)  # fmt: skip


def problem_with(kind: str, identifier: str) -> Problem | None:
    """Why `identifier` is not the name of a package of `kind`; None if it is one."""
    if NAMES[kind].fullmatch(identifier) and identifier not in _RESERVED_NPM:
        return None
    if kind == "oci":
        return _image(identifier)
    if kind == "mcpb":
        return Problem("is not the https:// address of an MCP bundle", _NAME_HINTS[kind])
    told = next((told for form, told in _SPECS if form.match(identifier)), f"is not a name on {kind}")
    return Problem(told, _NAME_HINTS[kind])


def _image(identifier: str) -> Problem:
    if "@sha256:" in identifier:
        return Problem("is not an image with its digest", _NAME_HINTS["oci"])
    return Problem("has no digest: what a tag means can change", _NAME_HINTS["oci"])
