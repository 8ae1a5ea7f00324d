"""Memory of large messages goes back to the system when they are gone."""

import ctypes
import sys

# glibc's number for it, in malloc.h.
_M_MMAP_THRESHOLD = -3
# Messages of this size are rare, and take longer to read than the kernel takes to give the memory for them.
LARGE_BYTES = 1024 * 1024


def give_back_large_blocks() -> bool:
    """Have each large block be the system's again as soon as it is free. Returns whether that could be said.

    By itself glibc puts blocks as large as the largest that was ever freed, up to 32 MB, among the small ones. What is
    small and stays then keeps the room of what was large and is gone: after an hour of messages of all sizes a hub had
    20 MB more than it needed.
    """
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES))
    except (OSError, AttributeError):
        # Another C library, with habits of its own.
        return False
