"""`npm:<package>`, `pypi:<package>` and `oci:<image>`: ask the registry, look into the package, draft."""

import tempfile
from pathlib import Path

from hub_build.scaffold.code import Code, code_of
from hub_build.scaffold.draft import Draft
from hub_build.scaffold.package import PackageFacts, drafted, with_trial
from hub_build.scaffold.request import Request
from hub_build.upstream import UPSTREAMS, Missing, Release
from hub_launch.errors import ExitCode, HubError


def from_npm(text: str, request: Request) -> Draft:
    """`text` is a package's name, perhaps with `@version`."""
    name, _, version = text.rpartition("@") if "@" in text[1:] else (text, "", "")
    return _draft("npm", name, version, request)


def from_pypi(text: str, request: Request) -> Draft:
    """`text` is a package's name, perhaps with `==version` or `@version`."""
    name, _, version = text.replace("==", "@").partition("@")
    return _draft("pypi", name, version, request)


def from_oci(text: str, request: Request) -> Draft:
    """`text` is an image's name, perhaps with `:tag` or `@digest`."""
    name, at, digest = text.partition("@")
    tag = "" if at or ":" not in name.rpartition("/")[2] else name.rpartition(":")[2]
    return _draft("oci", name.removesuffix(f":{tag}") if tag else name, digest or tag, request)


def _draft(registry_type: str, name: str, version: str, request: Request) -> Draft:
    exact = None if version in ("", "latest") else version
    release = UPSTREAMS[registry_type].release(name.strip(), exact)
    if isinstance(release, Missing):
        raise HubError(release.reason, "check the spelling, and the settings of your npm, pip or uv", ExitCode.USAGE)
    draft = drafted(PackageFacts(release, _looked_into(release)), request)
    return with_trial(draft, request.trial(draft))


def _looked_into(release: Release) -> Code:
    with tempfile.TemporaryDirectory(prefix="hub-build-") as folder:
        try:
            UPSTREAMS[release.registry_type].unpack(release, Path(folder))
        except HubError:
            # What the registry says is enough for a draft.
            return Code()
        return code_of(Path(folder))
