"""Under which licences what is released comes: `python -m hub_build.licences sbom.json` (CycloneDX)."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hub_launch.boundary import guarded
from hub_launch.errors import ExitCode, HubError

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CNRI-Python",
        "ISC",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "ZPL-2.1",
    }
)
"""By SPDX identifiers: all let anybody use, change and pass on a program that merely depends on what they are for."""

CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""What packages say that do not use SPDX's identifiers yet."""

READ = {
    "protobuf": "BSD-3-Clause",  # LICENSE in its wheel; its metadata say nothing
}
"""By name: what a person has read of packages that say nothing themselves."""


def problems(sbom: Mapping[str, Any]) -> Iterator[str]:
    """What of it has no licence that is known to be fine, a line each."""
    for component in sbom.get("components", ()):
        said = [_said(one) for one in component.get("licenses", ())] or [READ.get(component["name"], "")]
        if not any(_is_fine(one) for one in said):
            yield f"{component['name']} {component.get('version', '')}: {', '.join(filter(None, said)) or 'no licence'}"


def _said(licence: Mapping[str, Any]) -> str:
    named = licence.get("license", {})
    return str(licence.get("expression") or named.get("id") or named.get("name") or "")


def _is_fine(said: str) -> bool:
    """Whether an expression can be kept to: of alternatives (OR) one is enough, of what is joined (AND) all count."""
    expression = CLASSIFIERS.get(said, said).replace("(", " ").replace(")", " ")
    parts = [re.split(r"\s+AND\s+", one.strip()) for one in re.split(r"\s+OR\s+", expression)]
    if "AND" in expression and " OR " in expression:
        # Which belongs to which is not worth a parser: all of it has to be fine.
        return all(name.strip() in ALLOWED for part in parts for name in part)
    return any(all(name.strip() in ALLOWED for name in part) for part in parts)


def main(path: Path) -> int:
    """Print what is not known to be fine. Exit 1 if there is any."""

    def run() -> int:
        found = list(problems(json.loads(path.read_text(encoding="utf-8"))))
        if found:
            lines = "\n".join(found)
            raise HubError(f"Not known to be fine:\n{lines}", "look at each; ALLOWED is in hub_build/licences.py")
        return ExitCode.OK

    return guarded(run, lambda text: print(text, file=sys.stderr), repr)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
