"""Registries of any size, for what compiles them; and what PyYAML alone needs to read one."""

import random
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from hub_build.samples import SAMPLES

SEED = 20_261_121

# libyaml's, where there is one: a hundred thousand files are to be written too.
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# With an operation for every route map of the samples, so that nothing is found in any entry.
SPEC = """openapi: 3.1.0
paths:
  /pets: {get: {operationId: listPets, responses: {}}}
  /orders: {post: {operationId: order, responses: {}}}
  /internal/x: {post: {operationId: x, responses: {}}}
  /ban: {post: {operationId: ban, tags: [admin], responses: {}}}
"""
HASHES = {"npm": f"sha512-{'A' * 86}==", "pypi": f"sha256-{'a' * 64}"}


def parsed(servers: Path) -> float:
    """Seconds that PyYAML needs to read and parse all files of `servers`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    start = time.perf_counter()
    for path in servers.iterdir():
        yaml.load(path.read_bytes(), loader)  # noqa: S506 (one of the two safe ones)
    return time.perf_counter() - start


def write_registry(folder: Path, size: int) -> Path:
    """Write a registry of `size` valid entries of all kinds, the same on every machine. Returns its folder servers/."""
    servers = folder / "servers"
    servers.mkdir(parents=True)
    (folder / "openapi").mkdir()
    (folder / "openapi" / "pets.yaml").write_text(SPEC)
    for number, id_ in zip(range(size), ids(size), strict=True):
        document = entry(id_, SAMPLES[number % len(SAMPLES)])
        (servers / f"{id_}.yaml").write_text(yaml.dump(document, Dumper=DUMPER, sort_keys=False))
    return servers


def entry(id_: str, sample: dict[str, Any]) -> dict[str, Any]:
    """A valid entry like `sample` that is no other's."""
    document = deepcopy(sample) | {"id": id_, "name": f"{sample['name'].partition('/')[0]}/{id_}"}
    for package in (*document.get("packages", ()), *([document["module"]["package"]] if "module" in document else ())):
        package["integrity"] = HASHES[package["registryType"]]
    for remote in document.get("remotes", ()):
        remote["url"] = f"https://{id_}.example.com/{{tenant}}/mcp"
        document["permissions"] = {"network": [f"{id_}.example.com"]}
    return document


def ids(count: int) -> Iterator[str]:
    """Different ids, of two words that nobody has heard of each: as long and as unlike as those of real servers."""
    chance = random.Random(SEED)  # noqa: S311 (the same ids in every run)
    words = [word(chance) for _ in range(3_000)]
    found: set[str] = set()
    while len(found) < count:
        id_ = "-".join(chance.sample(words, 2))
        if id_ not in found:
            found.add(id_)
            yield id_


def word(chance: random.Random) -> str:
    """Four to eight letters that can be spoken."""
    return "".join(chance.choice(("bcdfghklmnprstvw", "aeiou")[place % 2]) for place in range(chance.randint(4, 8)))


def change_one(servers: Path) -> None:
    """Give one entry another title."""
    paths = sorted(servers.iterdir())
    path = paths[len(paths) // 2]
    path.write_text(path.read_text().replace("title: ", "title: New ", 1))
