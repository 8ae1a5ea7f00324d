"""Many entries at once: judged on all cores, and not again while neither they nor the rules change."""

from hub_build.bulk.memory import Memory, default_memory
from hub_build.bulk.read import bulk_reader

__all__ = ["Memory", "bulk_reader", "default_memory"]
