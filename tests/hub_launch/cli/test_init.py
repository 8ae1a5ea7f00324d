from hub_launch.config.loading import load


def test_a_first_file_is_written_with_the_servers_that_were_named(cli, tmp_path):
    path = tmp_path / "new" / "hub.yaml"
    ran = cli("init", "git", "time", "--config", str(path))
    assert ran.code == 0
    assert f"wrote {path}" in ran.err
    assert list(load(path, {}).selected()) == ["git", "time"]


def test_it_is_written_here_with_a_server_that_needs_nothing(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("init").code == 0
    assert list(load(tmp_path / "hub.yaml", {}).selected()) == ["time"]


def test_a_file_that_is_there_is_left_alone(cli, tmp_path):
    path = tmp_path / "hub.yaml"
    path.write_text("mine")
    ran = cli("init", "--config", str(path))
    assert (ran.code, path.read_text()) == (2, "mine")
    assert "is there already" in ran.err


def test_a_place_that_cannot_be_written_is_said(cli, tmp_path):
    (tmp_path / "file").touch()
    ran = cli("init", "--config", str(tmp_path / "file" / "hub.yaml"))
    assert ran.code == 1
    assert "cannot be written" in ran.err
