"""A new version changes a few lines and not one letter more."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub_build.bump.newer import Newer
from hub_build.bump.rewrite import new_text, text_of
from hub_build.upstream import Release
from hub_launch.errors import HubError
from hub_launch.judge.load import ENTRY, load_bytes

TODAY = date(2026, 12, 24)
OLD_HASH, NEW_HASH = f"sha512-{'A' * 86}==", f"sha512-{'B' * 86}=="

TEXT = f"""\
# A comment at the top.
id: weather   # what people type
title:   "Weather 1.4.0"
version: 1.4.0  # follows the package
published: '2026-11-21'
packages:

  - registryType: npm
    identifier: "@example/weather"
    version: 1.4.0
    integrity: {OLD_HASH}
    transport: {{type: stdio}}
smoke: {{calls: [{{tool: version, expect: {{contains: "1.4.0"}}}}]}}
"""


def release(version="1.5.0", integrity=NEW_HASH):
    return Release("npm", "@example/weather", version, integrity)


def rewrite(text, *, version="1.5.0", integrity=NEW_HASH, pointers=(("packages", 0),)):
    found = release(version, integrity)
    loaded = load_bytes(text.encode(), "weather.yaml", ENTRY)
    return new_text(loaded, text, Newer(found, dict.fromkeys(pointers, found)), TODAY)


def test_comments_order_and_layout_stay():
    lines = zip(TEXT.splitlines(), rewrite(TEXT).splitlines(), strict=True)
    assert [(old, new) for old, new in lines if old != new] == [
        ("version: 1.4.0  # follows the package", "version: 1.5.0  # follows the package"),
        ("published: '2026-11-21'", "published: '2026-12-24'"),
        ("    version: 1.4.0", "    version: 1.5.0"),
        (f"    integrity: {OLD_HASH}", f"    integrity: {NEW_HASH}"),
    ]


def test_a_package_on_one_line_can_be_changed_too():
    text = 'version: 1.4.0\npublished: "2026-11-21"\npackages: [{version: 1.4.0, identifier: a}, {version: 1.4.0}]\n'
    assert rewrite(text, integrity=None).splitlines()[2] == (
        "packages: [{version: 1.5.0, identifier: a}, {version: 1.4.0}]"
    )


def test_alternatives_follow():
    text = 'version: 1.4.0\npublished: "2026-11-21"\npackages: [{version: 1.4.0}, {version: "1.4.0"}]\n'
    both = (("packages", 0), ("packages", 1))
    assert rewrite(text, integrity=None, pointers=both).splitlines()[2] == (
        'packages: [{version: 1.5.0}, {version: "1.5.0"}]'
    )


def test_a_hash_that_was_not_there_gets_a_line_of_its_own():
    text = TEXT.replace(f"    integrity: {OLD_HASH}\n", "")
    assert f"    version: 1.5.0\n    integrity: {NEW_HASH}\n    transport" in rewrite(text)


@pytest.mark.parametrize(
    ("published", "day"), [(datetime(2026, 12, 20, tzinfo=UTC), "2026-12-20"), (None, "2026-12-24")]
)
def test_the_day_until_which_dependencies_count_moves_along(published, day):
    found = replace(release(integrity=None), published=published)
    until = "runtimeArguments: [{type: named, name: --exclude-newer, value: '2026-01-01'}]"
    text = f'version: 1.4.0\npublished: "2026-11-21"\npackages: [{{version: 1.4.0, {until}}}]\n'
    loaded = load_bytes(text.encode(), "weather.yaml", ENTRY)
    assert f"value: '{day}'" in new_text(loaded, text, Newer(found, {("packages", 0): found}), TODAY)


def test_the_module_s_package_is_found():
    text = 'version: 1.4.0\npublished: "2026-11-21"\nmodule:\n  package:\n    version: 1.4.0\n    identifier: a\n'
    assert "    version: 1.5.0\n    identifier" in rewrite(text, integrity=None, pointers=[("module", "package")])


@pytest.mark.parametrize("version", ["2", "1.10", "1e3", "2026-12-24", "0x10"])
def test_a_version_that_yaml_would_read_as_something_else_is_quoted(version):
    assert f'version: "{version}"  # follows' in rewrite(TEXT, version=version)


@pytest.mark.parametrize("version", ["1.5.0", "2026.12.1", "1.0.0-beta.1", "1.0rc1"])
def test_others_are_not(version):
    assert f"version: {version}  # follows" in rewrite(TEXT, version=version)


def test_a_value_in_a_form_that_cannot_be_replaced_is_left_to_a_person():
    folded = 'version: >-\n  1.4.0\npublished: "2026-11-21"\npackages: [{version: 1.4.0}]\n'
    assert rewrite(folded, integrity=None) is None
    escaped = 'version: "1\\x2e4.0"\npublished: "2026-11-21"\npackages: [{version: 1.4.0}]\n'
    assert rewrite(escaped, integrity=None) is None


def test_a_file_with_line_ends_of_windows_is_left_to_a_person():
    with pytest.raises(HubError, match="line ends of Windows"):
        text_of(b"id: a\r\n", "a.yaml")
