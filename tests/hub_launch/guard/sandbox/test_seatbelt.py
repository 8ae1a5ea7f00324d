"""What a server in the tier sandbox-exec may do, as the text that macOS is told. It was not tried on a Mac."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hub_launch.catalog.entry import Permissions
from hub_launch.guard.sandbox import grants_of, seatbelt, tiers
from hub_launch.plan import StdioLaunch


def launch_of(**permissions):
    return StdioLaunch(
        *("x", "X", "npm", ("/opt/x/bin/x", "--flag")),
        env={"PATH": "/bin", "TMPDIR": "/var/folders/T", "TOKEN": "s"},
        cwd="/work",
        programs=("/opt/x",),
        paths=("/Users/me/notes",),
        permissions=Permissions(**permissions),
    )


def profile(real=lambda path: path, **permissions):
    return seatbelt.profile(grants_of(launch_of(**permissions), Path("/home-of-x")), real)


def rules(text):
    """Each rule's operations, with what it is about."""
    found = re.findall(
        r"^\(allow ([a-z*\- ]+?)((?:\s+\([a-z\-]+ (?:\"(?:[^\"\\]|\\.)*\"|[a-z\-]+)\))*)\)$", text, re.MULTILINE
    )
    return {operations: re.findall(r'"((?:[^"\\]|\\.)*)"', about) for operations, about in found}


def test_nothing_is_allowed_that_is_not_named():
    lines = profile().splitlines()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    assert all(not line.startswith("(allow default") for line in lines)
    assert text_is_balanced(profile(network="any", filesystem="any"))
    assert text_is_balanced(profile(filesystem="arguments"))


def text_is_balanced(text):
    """As Scheme reads it: each parenthesis outside of texts has its other."""
    depth = 0
    for piece in re.findall(r'"(?:[^"\\]|\\.)*"|[()]', text):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        assert depth >= 0
    return depth == 0


def test_its_own_folders_are_written_to_and_its_program_is_read():
    allowed = rules(profile())
    assert allowed["file-write*"] == ["/home-of-x", "/work"]
    assert {"/opt/x", "/usr", "/System"} <= set(allowed["file-read*"])
    assert "/opt/x" in allowed["file-map-executable"]
    assert not any("/Users" in path for path in allowed["file-read*"])


def test_of_what_is_on_the_way_no_more_than_that_it_is_there():
    allowed = rules(profile(filesystem="arguments"))
    assert {"/", "/Users", "/Users/me"} <= set(allowed["file-read-metadata"])
    assert allowed["file-read-data"] == ["/"]
    assert "/Users/me" not in allowed["file-read*"]


@pytest.mark.parametrize("filesystem", ["none", "arguments"])
def test_the_users_folders_are_granted_where_the_entry_asks_for_them(filesystem):
    granted = "/Users/me/notes" in rules(profile(filesystem=filesystem))["file-write*"]
    assert granted == (filesystem == "arguments")


def test_all_files_are_no_rules_about_files():
    allowed = rules(profile(filesystem="any"))
    assert allowed["file*"] == []
    assert "file-write*" not in allowed


@pytest.mark.parametrize("network", ["none", "any", ("api.example.com",)])
def test_no_network_unless_some_is_declared(network):
    allowed = rules(profile(network=network))
    assert ("network*" in allowed) == ("system-socket" in allowed) == (network != "none")


def test_rules_are_about_where_links_lead():
    allowed = rules(profile(real=lambda path: f"/private{path}"))
    assert {"/work", "/private/work"} <= set(allowed["file-write*"])


def test_no_path_ends_its_text():
    grants = replace(grants_of(launch_of(), Path("/home-of-x")), writes=('/a")(allow default)("\\',))
    text = seatbelt.profile(grants, lambda path: path)
    assert text_is_balanced(text)
    assert '(subpath "/a\\")(allow default)(\\"\\\\")' in text
    assert "(allow default" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", text)


def test_the_command_itself_is_unchanged_behind_the_profile():
    launch = launch_of()
    shut = seatbelt.wrap(launch, grants_of(launch, Path("/home-of-x")))
    assert shut.argv[:2] == ("/usr/bin/sandbox-exec", "-p")
    assert shut.argv[3:] == launch.argv
    assert shut.env == {"PATH": "/bin", "TOKEN": "s", "HOME": "/home-of-x", "TMPDIR": "/home-of-x"}
    assert (
        seatbelt.wrap(launch_of(filesystem="any"), grants_of(launch_of(filesystem="any"), Path("/h"))).env == launch.env
    )


@pytest.mark.parametrize(("platform", "tier"), [("darwin", "sandbox-exec"), ("linux", "bwrap"), ("win32", "none")])
def test_each_system_has_its_own(monkeypatch, platform, tier):
    there = [replace(one, missing=lambda: "") for one in tiers.TIERS]
    monkeypatch.setattr(tiers, "TIERS", tuple(there))
    monkeypatch.setattr("sys.platform", platform)
    found, stronger = tiers.best()
    assert (found.name, stronger) == (tier, {})


def test_it_is_macos_alone_that_has_it(monkeypatch, tmp_path):
    seatbelt.missing.cache_clear()
    monkeypatch.setattr("sys.platform", "linux")
    assert seatbelt.missing() == "sandbox-exec is macOS'"
    seatbelt.missing.cache_clear()
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(seatbelt, "PROGRAM", str(tmp_path / "none"))
    assert seatbelt.missing() == f"there is no {tmp_path / 'none'}"
    for code, why in ((0, ""), (71, "sandbox-exec does not run: no")):
        seatbelt.missing.cache_clear()
        program = tmp_path / f"exec{code}"
        program.write_text(f"#!/bin/sh\necho no >&2\nexit {code}\n")
        program.chmod(0o755)
        monkeypatch.setattr(seatbelt, "PROGRAM", str(program))
        assert seatbelt.missing() == why
    seatbelt.missing.cache_clear()
