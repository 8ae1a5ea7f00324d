"""What may be in a file, and how much of it."""

from collections.abc import Callable
from dataclasses import dataclass

from hub_launch.judge.load.scalars import Plain, lenient_plain, strict_plain

# The longest real entries of other registries have 20 kB; the longest text of ours, `documentation`, 20,000 characters.
MAX_ENTRY_BYTES = 64 * 1024
MAX_ENTRY_SCALAR = 32 * 1024
# A value of `packages/0/packageArguments/0/variables/x/choices/0` is at depth 8; smoke calls nest freely below 5.
MAX_ENTRY_DEPTH = 24
# Entries have 50 to 300 nodes; 64 KiB of `- a` lines would be 16,000.
MAX_ENTRY_NODES = 5_000

# Descriptions of large public APIs reach 3 MB, and 150,000 nodes.
MAX_SPEC_BYTES = 4 * 1024 * 1024
MAX_SPEC_SCALAR = 256 * 1024
MAX_SPEC_DEPTH = 96
MAX_SPEC_NODES = 400_000

# No key of ours has more than 20 characters; keys that publishers choose (operationIds, paths) have some more.
MAX_KEY = 512

# Enough to show what is wrong with a file; a hostile one could have a finding for every byte.
MAX_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Profile:
    """The bounds of one kind of file, and how its plain (unquoted) scalars are read."""

    max_bytes: int
    max_scalar: int
    max_depth: int
    max_nodes: int
    plain: Callable[[str], Plain]
    text_keys: bool  # however they are spelt: `200:` in an OpenAPI document
    json: bool = False


ENTRY = Profile(MAX_ENTRY_BYTES, MAX_ENTRY_SCALAR, MAX_ENTRY_DEPTH, MAX_ENTRY_NODES, strict_plain, text_keys=False)
YAML_SPEC = Profile(MAX_SPEC_BYTES, MAX_SPEC_SCALAR, MAX_SPEC_DEPTH, MAX_SPEC_NODES, lenient_plain, text_keys=True)
JSON_SPEC = Profile(
    MAX_SPEC_BYTES, MAX_SPEC_SCALAR, MAX_SPEC_DEPTH, MAX_SPEC_NODES, lenient_plain, text_keys=True, json=True
)
