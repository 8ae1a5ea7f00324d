from hub_build.scaffold.code import Code, code_of


def test_variables_hosts_and_licence_are_seen_without_running_anything(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "index.js").write_text('const key = process.env.WEATHER_KEY; fetch("https://api.weather.test/v1")')
    (package / "server.py").write_text('os.environ.get("OTHER_KEY"); os.getenv("THIRD_KEY")')
    (package / "LICENSE").write_text("MIT License")
    (package / "README.md").write_text("# Weather")
    (package / "node_modules").mkdir()
    (package / "node_modules" / "x.js").write_text("process.env.FOREIGN_KEY")

    found = code_of(tmp_path)

    assert found.variables == {"WEATHER_KEY", "OTHER_KEY", "THIRD_KEY"}
    assert (found.hosts, found.network) == (("api.weather.test",), True)
    assert (found.licences, found.readme) == (("MIT License",), "# Weather")


def test_an_empty_folder_shows_nothing(tmp_path):
    assert code_of(tmp_path) == Code()
