"""OpenAPI documents as they are published."""

from dataclasses import dataclass

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.judge.load import Loaded


@dataclass(frozen=True, slots=True)
class Spec:
    """An OpenAPI document as it is published: canonical JSON, and its hash."""

    data: bytes
    sha256: str


def compile_spec(spec: Loaded) -> Spec:
    """`spec` as it is published."""
    data = canonical_json(spec.document)
    return Spec(data, sha256_hex(data))
