"""Judging a published registry as a stranger with nothing but the root does: with python-tuf's own client."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.api.metadata import Metadata
from tuf.api.serialization import DeserializationError
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from hub_build.sign.roles import INDEX
from hub_build.sign.site import METADATA, TARGETS
from hub_launch.catalog import Index, IndexRow, sha256_hex
from hub_launch.errors import ExitCode, HubError

# An index of 100,000 servers has 40 MB, an entry 64 KiB; what is larger is not one of ours.
MAX_INDEX_BYTES = 64 * 1024 * 1024
MAX_ENTRY_BYTES = 256 * 1024

WHERE_ROOTS_ARE = "`hub-build sign init` writes 1.root.json beside the keys; a key is no root"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was proved: the number of servers, and of documents whose bytes were compared."""

    servers: int
    documents: int


def verify(place: str, root: bytes, *, documents: int | None = None) -> Judgement:
    """Check the registry in a folder or at an address, and `documents` of its entries (None: all).

    Raises HubError: (exit 3) that says what does not hold, (exit 2) for a root that is none.
    """
    _check_root(root)
    web = place.startswith(("http://", "https://"))
    base = place.rstrip("/") if web else Path(place).absolute().as_uri()
    try:
        with tempfile.TemporaryDirectory(prefix="hub-build-") as folder:
            # Without a fetcher of ours: whoever publishes tests what everybody's client does.
            fetcher = None if web else _FolderFetcher(Path(place))
            client = Updater(
                f"{folder}/metadata", f"{base}/{METADATA}", folder, f"{base}/{TARGETS}", fetcher, bootstrap=root
            )
            index = _index(client)
            rows = [row for server in index.servers for row in _all_versions(server)][:documents]
            for row in rows:
                _check_document(client, f"{base}/{row.path}", row.sha256)
    except (RepositoryError, DownloadError, OSError, ValueError) as error:
        raise HubError(
            f"{place} does not hold: {type(error).__name__}: {error}", "it should not be published", ExitCode.REGISTRY
        ) from error
    return Judgement(len(index.servers), len(rows))


def _check_root(data: bytes) -> None:
    try:
        Metadata.from_bytes(data)
    except DeserializationError as error:
        raise HubError("What is given as the root is none", WHERE_ROOTS_ARE, ExitCode.USAGE) from error


def _index(client: Updater) -> Index:
    client.refresh()
    target = client.get_targetinfo(INDEX)
    if target is None or target.length > MAX_INDEX_BYTES:
        raise RepositoryError(f"the targets name no {INDEX}, or a huge one")
    document: Any = json.loads(Path(client.download_target(target)).read_bytes())
    return Index.model_validate(document)


def _all_versions(server: IndexRow) -> Iterator[IndexRow]:
    yield server
    for earlier in server.versions:
        yield server.model_copy(update={"sha256": earlier.sha256})


def _check_document(client: Updater, url: str, sha256: str) -> None:
    data = client._fetcher.download_bytes(url, MAX_ENTRY_BYTES)
    if sha256_hex(data) != sha256:
        raise RepositoryError(f"{url} is not what the index promises")


class _FolderFetcher(FetcherInterface):
    """Files of a site that is not published yet."""

    def __init__(self, folder: Path) -> None:
        self._base = folder.absolute().as_uri() + "/"
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = self._folder / url.removeprefix(self._base)
        try:
            return iter([path.read_bytes()])
        except FileNotFoundError as error:
            raise DownloadHTTPError(f"there is no {path}", 404) from error
