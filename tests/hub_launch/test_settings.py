from pathlib import Path

import pytest

from hub_launch.settings import PUBLIC_REGISTRY, Containers, Settings, default_registry


def test_the_environment_names_every_place():
    settings = Settings.load(
        {"HUB_REGISTRY": "https://r.example", "HUB_CACHE_DIR": "/c", "HUB_STATE_DIR": "/s", "HUB_CONFIG_DIR": "/k"}
    )
    assert settings == Settings("https://r.example", Path("/c"), Path("/s"), Path("/k"))


def test_an_empty_variable_counts_as_none():
    settings = Settings.load({"HUB_REGISTRY": "", "HUB_CACHE_DIR": "", "HUB_STATE_DIR": ""})
    assert settings.registry == ""
    assert settings.cache_dir.is_absolute()
    assert settings.state_dir.is_absolute()


def test_without_variables_the_systems_own_folders_are_taken(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    settings = Settings.load({})
    assert settings.cache_dir == tmp_path / "cache" / "hub-launch"
    assert settings.state_dir == tmp_path / "state" / "hub-launch"


def test_how_images_are_started_is_the_users_to_say():
    said = {"HUB_CONTAINER_ENGINE": "podman", "HUB_CONTAINER_OPTIONS": " --x y ", "HUB_CONTAINER_RUN_OPTIONS": "--z"}
    assert Settings.load(said).containers == Containers("podman", "--x y", "--z")
    assert Settings.load({}).containers == Containers()


def test_logs_and_work_folders_are_state():
    settings = Settings("r", Path("/cache"), Path("/state"), Path("/config"))
    assert settings.log_dir == Path("/state/logs")
    assert settings.work_dir == Path("/state/work")


@pytest.fixture
def installed_in(monkeypatch):
    """Pretends that the launcher's files lie below a folder."""
    return lambda folder: monkeypatch.setattr(
        "hub_launch.settings.__file__", str(folder / "launcher" / "hub_launch" / "settings.py")
    )


def test_in_a_checkout_the_default_registry_is_its_built_site(installed_in, tmp_path):
    (tmp_path / "registry" / "servers").mkdir(parents=True)
    installed_in(tmp_path)
    assert default_registry() == str(tmp_path / "site")


def test_elsewhere_the_default_registry_is_the_public_one(installed_in, tmp_path):
    installed_in(tmp_path)
    assert default_registry() == PUBLIC_REGISTRY


def test_a_strangers_checkout_as_working_folder_does_not_become_the_registry(installed_in, tmp_path, monkeypatch):
    stranger = tmp_path / "stranger"
    (stranger / "registry" / "servers").mkdir(parents=True)
    installed_in(tmp_path / "here")
    monkeypatch.chdir(stranger)
    assert default_registry() == PUBLIC_REGISTRY
