"""Where what is remembered between runs lies."""

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """HUB_BUILD_CACHE_DIR, else the compiler's folder in the user's cache."""
    return Path(os.environ.get("HUB_BUILD_CACHE_DIR") or user_cache_path("hub-build", appauthor=False))
