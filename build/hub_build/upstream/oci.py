"""Container images, asked of the client that the user has: skopeo, docker or podman."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hub_build.upstream.client import Answer, ask, no_answer, parsed
from hub_build.upstream.release import Missing, Release
from hub_build.upstream.source import source_of
from hub_launch.errors import HubError
from hub_launch.judge.findings import quoted
from hub_launch.programs import find_program

INSTALL_HINT = "install skopeo, docker or podman"

# The grammar of references (distribution/reference), without the part that nobody writes by hand.
_IMAGE = re.compile(r"[a-z0-9][a-z0-9.-]*(?::[0-9]+)?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+|[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}")
# What registries and clients say about an image that is not there.
_ABSENT = re.compile(r"manifest unknown|not found|name unknown|does not exist|repository .* denied", re.IGNORECASE)
# The official registry's label: the name of the server that the image claims.
_NAME_LABEL = "io.modelcontextprotocol.server.name"
_ANNOTATION = "org.opencontainers.image."


def release(identifier: str, version: str | None = None) -> Release | Missing:
    """See Upstream. `version` is a tag or a digest; without one, that of the identifier, else `latest`."""
    identifier, _, digest = identifier.partition("@")
    wanted = version or digest or "latest"
    if _DIGEST.fullmatch(wanted):
        identifier = _without_tag(identifier)
    if not _IMAGE.fullmatch(identifier) or not (_TAG.fullmatch(wanted) or _DIGEST.fullmatch(wanted)):
        return Missing(f"{quoted(f'{identifier}:{wanted}')} is not the name of an image")
    reference = f"{identifier}@{wanted}" if _DIGEST.fullmatch(wanted) else f"{identifier}:{wanted}"
    answer = _asked(reference)
    if answer.code != 0:
        if _ABSENT.search(answer.err):
            return Missing(f"no registry has {reference}")
        raise no_answer(f"nothing can be told about {reference}", answer)
    return release_of(identifier, wanted, parsed("the client", answer.out))


def _without_tag(identifier: str) -> str:
    """The name alone: a tag beside a digest says nothing."""
    name, _, tag = identifier.rpartition(":")
    return name if name and _TAG.fullmatch(tag) else identifier


def versions(identifier: str) -> tuple[str, ...]:
    """See Upstream. Needs skopeo: docker and podman do not list tags."""
    if not _IMAGE.fullmatch(identifier):
        return ()
    answer = ask("skopeo", ["list-tags", f"docker://{identifier}"], install="install skopeo")
    if answer.code != 0 and not _ABSENT.search(answer.err):
        raise no_answer(f"skopeo cannot list the tags of {identifier}", answer)
    tags = parsed("skopeo", answer.out).get("Tags", []) if answer.code == 0 else []
    return tuple(str(tag) for tag in reversed(tags))


def unpack(found: Release, folder: Path) -> None:
    """See Upstream. An image is a whole system: nothing in it is looked at."""
    raise HubError(f"{found.identifier} is an image and is not unpacked into {folder}", "its labels say what it is")


def release_of(identifier: str, wanted: str, answer: Any) -> Release:
    """The release that `skopeo inspect` or `docker image inspect` describes."""
    found = _mapping(answer[0] if isinstance(answer, list) and answer else answer)
    config = _mapping(found.get("Config"))
    labels = _mapping(found.get("Labels")) or _mapping(config.get("Labels"))
    digest = _digest(found, identifier)
    repository, directory = source_of(_label(labels, "source") or "")
    version = _label(labels, "version") or (wanted if wanted != "latest" and not _DIGEST.fullmatch(wanted) else "")
    return Release(
        registry_type="oci",
        identifier=f"{identifier}@{digest}" if digest else identifier,
        version=version,
        integrity=digest,
        integrities=(digest,) if digest else (),
        published=_time(found.get("Created")),
        server_name=_text(labels.get(_NAME_LABEL)),
        license=_label(labels, "licenses"),
        description=_label(labels, "description"),
        repository=repository,
        directory=directory,
        homepage=_label(labels, "url") or _label(labels, "documentation"),
        author=_label(labels, "authors") or _label(labels, "vendor"),
    )


def _asked(reference: str) -> Answer:
    if find_program("skopeo"):
        return ask("skopeo", ["inspect", "--no-tags", f"docker://{reference}"], install=INSTALL_HINT)
    client = next((name for name in ("docker", "podman") if find_program(name)), "")
    if not client:
        raise HubError("there is no client for images here", INSTALL_HINT)
    pulled = ask(client, ["pull", "--quiet", reference], install=INSTALL_HINT)
    if pulled.code != 0:
        return pulled
    return ask(client, ["image", "inspect", reference], install=INSTALL_HINT)


def _digest(found: Mapping[str, Any], identifier: str) -> str | None:
    """The digest in the registry; an image's own id is another."""
    named = [str(found.get("Digest", "")), *_after_at(found.get("RepoDigests") or (), identifier)]
    return next((one for one in named if _DIGEST.fullmatch(one)), None)


def _after_at(references: Sequence[Any], identifier: str) -> list[str]:
    pairs = [str(reference).partition("@") for reference in references]
    # The same image may have been pulled under several names.
    return [digest for name, _, digest in sorted(pairs, key=lambda pair: not pair[0].endswith(identifier))]


def _label(labels: Mapping[str, Any], name: str) -> str | None:
    return _text(labels.get(_ANNOTATION + name))


def _time(value: Any) -> datetime | None:
    try:
        # Docker writes nanoseconds.
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
