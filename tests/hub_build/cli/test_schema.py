from hub_launch.errors import ExitCode


def test_the_schemas_are_written_beside_the_registry(run, tmp_path):
    assert run("schema").out == "schema: 7 files, 7 written\n"
    assert sorted(path.name for path in (tmp_path / "schema").iterdir()) == [
        "entry.schema.json",
        "hub.schema.json",
        "index.schema.json",
        "lists.schema.json",
        "profile.schema.json",
        "recorded.schema.json",
        "server.schema.json",
    ]
    assert run("schema").out == "schema: 7 files, 0 written\n"


def test_checking_names_what_differs_and_writes_nothing(run, tmp_path):
    run("schema")
    assert run("schema", "--check").code == 0
    (tmp_path / "schema/entry.schema.json").write_text("{}")
    ended = run("schema", "--check")
    assert ended.code == ExitCode.FAILED
    assert ended.out == "differs: schema/entry.schema.json; `hub-build schema` writes it\n"
    assert (tmp_path / "schema/entry.schema.json").read_text() == "{}"


def test_where_there_is_prose_the_page_about_the_entry_is_written_and_compared_too(run, tmp_path):
    (tmp_path / "site_src/docs").mkdir(parents=True)
    assert "site_src/docs: 2 files, 2 written" in run("schema").out
    (tmp_path / "site_src/docs/entry.md").write_text("edited")
    assert "site_src/docs/entry.md" in run("schema", "--check").out
