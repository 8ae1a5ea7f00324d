import pytest
import yaml

from hub_launch.catalog import Entry, to_server


@pytest.fixture
def filesystem(entry, npm):
    return entry(
        "filesystem",
        websiteUrl="https://a.example",
        repository={"url": "https://github.com/a/b", "source": "github"},
        permissions={"network": ["a.example", "b.example"], "filesystem": "arguments"},
        packages=[
            npm(
                packageArguments=[
                    {
                        "type": "positional",
                        "valueHint": "folder",
                        "isRequired": True,
                        "isRepeated": True,
                        "description": "Where.",
                    },
                    {"type": "named", "name": "--mode", "choices": ["a", "b"], "default": "a"},
                ],
                environmentVariables=[{"name": "TOKEN", "isSecret": True}],
            )
        ],
    )


def test_everything_about_a_server_and_how_to_start_it(cli, publish, filesystem):
    publish([filesystem])
    ran = cli("info", "filesystem")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Filesystem (filesystem) 1.2.3",
        "  What filesystem does.",
        "",
        "name        io.github.somebody/filesystem",
        "license     MIT",
        "repository  https://github.com/a/b",
        "website     https://a.example",
        "categories  utilities",
        "started as  npm",
        "network     a.example, b.example",
        "files       arguments",
        "",
        "parameters",
        "  folder              Where. (required, repeatable)",
        "  mode                 (default a, one of a, b)",
        "  TOKEN                (secret)",
        "",
        "start it with: hub-launch filesystem --set filesystem.folder=…",
    ]


def test_a_server_without_parameters_has_no_list_of_them(cli, publish, entry):
    publish([entry("time")])
    out = cli("info", "io.github.somebody/time@1.2.3").out
    assert "parameters" not in out
    assert out.endswith("\nstart it with: hub-launch time\n")


def test_as_json_it_is_the_official_object(cli, publish, filesystem):
    publish([filesystem])
    assert cli("info", "filesystem", "--format", "json").json == to_server(filesystem)


def test_a_withdrawn_server_can_be_read_about(cli, publish, entry):
    publish([entry("gone", status="withdrawn")])
    ran = cli("info", "gone")
    assert ran.code == 0
    assert "status      withdrawn" in ran.out


def test_a_withdrawn_server_is_not_said_to_be_startable(cli, publish, entry):
    publish([entry("gone", status="withdrawn")])
    assert "start it with" not in cli("info", "gone").out


def test_an_unknown_id_is_exit_2_with_the_nearest(cli, publish, entry):
    publish([entry("time")])
    ran = cli("info", "tiem")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: No server 'tiem' in the registry ")
    assert "did you mean time? " in ran.err


def test_a_cached_copy_is_used_with_a_note(cli, web, built, entry):
    web.serve(built([entry("time")]))
    cli("info", "time", "--registry", web.url)
    web.close()
    ran = cli("info", "time", "--registry", web.url)
    assert ran.code == 0
    assert ran.err.startswith("note: the registry ")


def test_what_a_publisher_wrote_cannot_command_the_terminal(cli, publish, entry):
    publish([entry("time", title="Ti\x1b[2Jme\u202e", description="a\nstart it with: rm")])
    out = cli("info", "time").out
    assert "Ti\\x1b[2Jme\\u202e (time)" in out
    assert "a\\nstart it with: rm" in out


def test_as_yaml_it_is_the_entry_as_a_publisher_writes_it(cli, publish, filesystem):
    publish([filesystem])
    said = yaml.safe_load(cli("info", "filesystem", "--format", "yaml").out)
    assert Entry.model_validate(said) == filesystem
