"""Compressed copies beside the large files, for hosts that serve them as they are.

The same input gives the same bytes with the same versions of the libraries; nothing is stamped with a time or a name.
"""

import gzip
from collections.abc import Callable, Mapping

from hub_launch.errors import ExitCode, HubError

# Below this a host compresses while it answers, and two files more for each server cost more than they save.
MIN_BYTES = 32 * 1024
# What is left must be worth a file: images and what is compressed already are not.
MAX_RATIO = 0.9

# The fastest beyond which a list of servers shrinks by less than a tenth; gzip, the worst of them, as far as it goes.
_GZIP_LEVEL, _BROTLI_QUALITY, _ZSTD_LEVEL = 9, 5, 6


def with_copies(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """`files`, and for each large one `<path>.gz`, `.br` and `.zst`. Raises HubError if a library is missing."""
    copies: dict[str, bytes] = {}
    done: dict[bytes, dict[str, bytes]] = {}
    encoders = _encoders()
    for path, data in files.items():
        if len(data) >= MIN_BYTES:
            # The two trees of the official API have the same bytes.
            if data not in done:
                done[data] = {suffix: encode(data) for suffix, encode in encoders.items()}
            copies |= {path + suffix: copy for suffix, copy in done[data].items() if len(copy) <= MAX_RATIO * len(data)}
    if taken := sorted(copies.keys() & files.keys()):
        raise HubError(f"{taken[0]} is a file of the site and the compressed copy of another", code=ExitCode.INTERNAL)
    return dict(sorted({**files, **copies}.items()))


def _encoders() -> dict[str, Callable[[bytes], bytes]]:
    try:
        import brotli
        import zstandard
    except ImportError as error:
        raise HubError(
            f"--compress needs the package {error.name}, which is not installed",
            "install both: pip install brotli zstandard",
        ) from error
    return {
        ".gz": lambda data: gzip.compress(data, _GZIP_LEVEL, mtime=0),
        ".br": lambda data: bytes(brotli.compress(data, quality=_BROTLI_QUALITY)),
        ".zst": zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress,
    }
