import pytest


@pytest.fixture
def checkout(make_checkout, registry, monkeypatch):
    """A base with the server `weather`, version 1.4.0, that `example` maintains, and an earlier version."""
    monkeypatch.chdir(registry.folder.parent)
    registry.add("weather")
    registry.add_version("weather", "1.3.0")
    return make_checkout()
