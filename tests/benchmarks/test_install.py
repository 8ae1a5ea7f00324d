import pytest
from hubs import install
from hubs.install import NotInstalled


def test_what_cannot_be_installed_says_why_and_is_tried_again_the_next_time(tmp_path):
    folder = tmp_path / "peer"
    for _ in range(2):
        with pytest.raises(NotInstalled, match="failed"):
            install.pypi(folder, f"nobodys-hub @ file://{tmp_path}/nowhere")


def test_a_program_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(install, "find_program", lambda name: None)
    with pytest.raises(NotInstalled, match="node"):
        install.node()
