"""Answers with a little that unpacks to 24 MB.

far: yes
state: failed
"""

import zlib

from _host import head, serve

PACKER = zlib.compressobj(wbits=31)
PACKED = PACKER.compress(b'{"jsonrpc": "2.0", "id": 1, "result": "') + b"".join(
    PACKER.compress(bytes(1_000_000)) for _ in range(24)
)
BOMB = PACKED + PACKER.flush()

serve(lambda connection, request: connection.sendall(head(content_encoding="gzip") + BOMB))
