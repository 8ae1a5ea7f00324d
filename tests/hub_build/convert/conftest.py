"""Real lists of other registries, the facts that they lack, and a way to import a document in one step."""

import json
import os
from pathlib import Path

import pytest

from hub_build.convert import Defaults, Ids, detected, imported
from hub_build.convert.source import read_document

# Beside the checkout, or where the variable says; it is other people's data and no part of this repository.
CORPUS = Path(os.environ.get("HUB_CORPUS") or Path(__file__).parents[4] / "shared/corpus")

# What a person gives for servers whose source does not say.
FACTS = Defaults("MIT", ("someone",), ("utilities",), "2026-11-21", "1.0.0")


def corpus(path):
    """A file or folder of the corpus; the test is skipped where there is none."""
    found = CORPUS / path
    if not found.exists():
        pytest.skip(f"the corpus of real registries is not there ({found}): name its folder in HUB_CORPUS")
    return found


def read(path):
    document = read_document(path, path.name)
    assert isinstance(document, dict), document
    return document


@pytest.fixture
def facts():
    return FACTS


@pytest.fixture(scope="session")
def official_list():
    return read(corpus("official/servers-2025-12-18.json"))


@pytest.fixture(scope="session")
def official_imported(official_list):
    return list(imported(official_list, "list", FACTS, Ids()))


@pytest.fixture(scope="session")
def docker_documents():
    return [read(path) for path in sorted(corpus("docker").glob("*/server.yaml"))]


@pytest.fixture(scope="session")
def docker_imported(docker_documents):
    ids = Ids()
    return [one for document in docker_documents for one in imported(document, "docker", FACTS, ids)]


@pytest.fixture(scope="session")
def toolhive_imported():
    return list(imported(read(corpus("toolhive/registry-2026-02-18.json")), "toolhive", FACTS, Ids()))


@pytest.fixture(scope="session")
def official_schema():
    return json.loads(corpus("official/server.schema.2025-12-11.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def official_examples():
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in corpus("official/examples").glob("*.json")
    }


@pytest.fixture
def toolhive_fixture():
    return lambda path: json.loads(corpus(f"toolhive/converter-fixtures/{path}").read_text(encoding="utf-8"))


@pytest.fixture
def convert():
    """Import a document as the form it is found to be."""

    def converter(document, form="", defaults=FACTS):
        return list(imported(document, form or detected(document), defaults, Ids()))

    return converter


@pytest.fixture(scope="session")
def missing():
    """A function of two documents: the paths of what is in the first and not, or not the same, in the second."""
    return _missing


def _missing(before, after, path=""):
    if isinstance(before, dict) and before and isinstance(after, dict | None):
        for key, value in before.items():
            yield from _missing(value, (after or {}).get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(before, list) and before and (after is None or len(before) == len(after)):
        for number, value in enumerate(before):
            yield from _missing(value, after[number] if after else None, f"{path}.{number}")
    elif before != after:
        yield path
