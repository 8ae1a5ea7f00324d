from hub_launch.config.loading import load


def test_a_first_file_is_written_with_the_servers_that_were_named(cli, tmp_path):
    path = tmp_path / "new" / "hub.yaml"
    ran = cli("init", "git", "time", "--config", str(path))
    assert ran.code == 0
    assert f"wrote {path}" in ran.err
    assert list(load(path, {}).selected()) == ["git", "time"]


def test_a_server_that_is_not_there_is_no_start(cli, publish, entry, tmp_path):
    publish([entry("time")])
    path = tmp_path / "hub.yaml"
    ran = cli("init", "tiem", "--config", str(path))
    assert (ran.code, path.exists()) == (2, False)
    assert "did you mean time?" in ran.err
    assert "`version:`" in cli("init", "time@1.2.3", "--config", str(path)).err
    assert cli("init", "time", "--config", str(path)).code == 0


def test_without_a_registry_ids_are_believed(cli, tmp_path):
    ran = cli("init", "git", "--config", str(tmp_path / "hub.yaml"))
    assert ran.code == 0
    assert "note: whether there are such servers is not known: The registry folder" in ran.err


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
