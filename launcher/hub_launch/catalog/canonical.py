"""One spelling for one value, so that equal documents have equal hashes on every machine."""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """`value` as JSON in UTF-8: keys sorted, no spaces, no escapes that are not needed, no final newline.

    Raises ValueError for NaN and infinities, which are not JSON.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of `data` in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()
