"""One spelling for one value, so that equal documents have equal hashes on every machine."""

import hashlib
import json
from typing import Any

# json.dumps makes one for each value.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> bytes:
    """`value` as JSON in UTF-8: keys sorted, no spaces, no escapes that are not needed, no final newline.

    Raises ValueError for NaN and infinities, which are not JSON.
    """
    return _ENCODER.encode(value).encode()


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of `data` in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()
