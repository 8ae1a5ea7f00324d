"""A registry in a temporary folder, and a valid entry to vary."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import settings

# No test may fail because a machine is slow.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def entry_document(id_="weather", **changes):
    """A valid entry as plain values; a change to `...` removes the key."""
    document = {
        "id": id_,
        "name": f"io.github.example/{id_}",
        "title": "Weather",
        "description": "Forecasts for any place.",
        "version": "1.4.0",
        "published": "2026-11-21",
        "license": "MIT",
        "repository": {"url": f"https://github.com/example/{id_}", "source": "github"},
        "maintainers": ["example"],
        "categories": ["data"],
        "packages": [
            {
                "registryType": "npm",
                "identifier": f"@example/{id_}",
                "version": "1.4.0",
                "integrity": f"sha512-{'A' * 86}==",
                "transport": {"type": "stdio"},
            }
        ],
    } | changes
    return {key: value for key, value in document.items() if value is not ...}


class RegistryFolder:
    """A registry on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "servers").mkdir(parents=True)
        (folder / "openapi").mkdir()

    def add(self, id_="weather", **changes):
        return self.write(f"servers/{id_}.yaml", yaml.safe_dump(entry_document(id_, **changes), sort_keys=False))

    def add_version(self, id_="weather", version="1.3.0", **changes):
        (self.folder / "versions" / id_).mkdir(parents=True, exist_ok=True)
        document = entry_document(id_, **{"version": version, "published": "2026-01-02"} | changes)
        return self.write(f"versions/{id_}/{version}.yaml", yaml.safe_dump(document, sort_keys=False))

    def prove(self, id_="weather"):
        (self.folder / "proofs").mkdir(exist_ok=True)
        packages = [{"registryType": "npm", "identifier": f"@example/{id_}"}]
        proof = {"id": id_, "name": f"io.github.example/{id_}", "packages": packages, "date": "2026-11-20"}
        return self.write(f"proofs/{id_}.json", json.dumps(proof))

    def write(self, path, text):
        (self.folder / path).write_text(text, encoding="utf-8")
        return self.folder / path


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """What is remembered between runs of a test stays in it."""
    monkeypatch.setenv("HUB_BUILD_CACHE_DIR", str(tmp_path / "hub-build-cache"))


@pytest.fixture
def document():
    return entry_document


@pytest.fixture
def registry(tmp_path):
    return RegistryFolder(tmp_path / "registry")
