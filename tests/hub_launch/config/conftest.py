import pytest

from hub_launch.config.loading import load


@pytest.fixture
def written(tmp_path):
    """Writes a configuration, with the `.env` beside it; returns its path."""

    def write(text, env="", name="hub.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        if env:
            (tmp_path / ".env").write_text(env, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def loaded(written):
    """What a configuration means, with these variables in the environment."""

    def read(text, env="", name="hub.yaml", **environ):
        return load(written(text, env, name), environ)

    return read
