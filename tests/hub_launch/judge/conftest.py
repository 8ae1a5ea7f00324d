"""A registry in a temporary folder, and a valid entry to vary."""

import pytest


@pytest.fixture
def document(make_registry):
    return make_registry.document


@pytest.fixture
def registry(tmp_path, make_registry):
    return make_registry(tmp_path / "registry")
