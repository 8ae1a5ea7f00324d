import pytest

from hub_build.upstream import Release
from hub_build.upstream.metadata import claimed_name, described, read_metadata, scripts_of

METADATA = """\
Metadata-Version: 2.4
Name: a-server
Summary: Tells the time
Project-URL: Source Code, https://github.com/a/servers/tree/main/src/time
Project-URL: Documentation, https://example.com/docs
Author-email: Ann Example <ann@example.com>
License-Expression: MIT
Keywords: mcp,time
Requires-Python: >=3.10

# A server

<!-- mcp-name: io.github.a/time -->
"""

RELEASE = Release("pypi", "a-server", "1.0")


def test_core_metadata_is_read():
    found = described(RELEASE, METADATA)

    assert (found.description, found.license, found.author) == ("Tells the time", "MIT", "Ann Example")
    assert (found.repository, found.directory) == ("https://github.com/a/servers", "src/time")
    assert (found.homepage, found.requires) == ("https://example.com/docs", "python >=3.10")
    assert found.keywords == ("mcp", "time")
    assert found.server_name == "io.github.a/time"
    assert found.readme.startswith("# A server")


def test_a_licence_of_many_lines_is_named_by_its_classifier():
    text = "Name: a\nLicense: MIT License\n\t\n\tPermission\nClassifier: License :: OSI Approved :: MIT License"
    assert described(RELEASE, text + "\n\n").license == "MIT License"


def test_nothing_known_is_nothing_said():
    found = described(RELEASE, "Name: a\nLicense: UNKNOWN\nHome-page: UNKNOWN\n\n")
    assert (found.license, found.homepage, found.readme, found.server_name) == (None, None, None, None)


@pytest.mark.parametrize(
    ("readme", "name"),
    [
        ("mcp-name: io.github.a/b", "io.github.a/b"),
        ("<!-- mcp-name: io.github.a/b-->", "io.github.a/b"),
        ("mcp-name:com.example/x.", "com.example/x"),
        ("mcp-name: nothing", None),
        ("", None),
    ],
)
def test_the_name_a_readme_claims(readme, name):
    assert claimed_name(readme) == name


def test_commands_are_console_scripts_alone():
    assert scripts_of("[console_scripts]\nA-server = a:main\n\n[gui_scripts]\nb = b:main\n") == ("A-server",)
    assert scripts_of("") == ()
    assert scripts_of("no section = x") == ()


def test_a_folder_without_metadata_adds_nothing(tmp_path):
    assert read_metadata(RELEASE, tmp_path) == RELEASE
