"""npm packages: what npm is told, what is checked, and which program is started. npm is a script that writes files."""

import json
import sys
from pathlib import Path

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.install.npm import install_npm
from hub_launch.install.tool import NotInstallable, Tools
from hub_launch.plan import plan

HASH = f"sha512-{'A' * 86}=="

NPM = """
import json, pathlib, sys
folder = pathlib.Path.cwd()
(folder / "told.json").write_text(json.dumps(sys.argv[1:]))
if {fails!r}:
    sys.stderr.write({fails!r})
    sys.exit(1)
package = folder / "node_modules" / {name!r}
package.mkdir(parents=True)
(package / "package.json").write_text(json.dumps({{"bin": {bin!r}}}))
(folder / "node_modules/.bin").mkdir()
for program in {programs!r}:
    (folder / "node_modules/.bin" / program).write_text({first!r} + "\\n")
lock = {{"packages": {{"node_modules/" + {name!r}: {{"integrity": {integrity!r}}}}}}}
(folder / "package-lock.json").write_text(json.dumps(lock))
"""


@pytest.fixture
def installed(tmp_path, entry, npm, context):
    """Installs with an npm that does what the keywords say; the result, and the folder."""

    def make(bin=None, *, programs=("demo",), first="#!/usr/bin/env node", locked=HASH, fails="", **package):
        name = package.get("identifier", "@somebody/demo")
        tools = tmp_path / "tools"
        tools.mkdir()
        values = {"name": name, "bin": "x.js" if bin is None else bin, "programs": programs, "first": first}
        script(tools / "npm", NPM.format(**values, integrity=locked, fails=fails))
        script(tools / "node", f"print({str(tools / 'node')!r})")
        folder = tmp_path / "folder"
        folder.mkdir()
        machine = context(environ={"PATH": "/usr/bin:/bin"}, which=lambda program: str(tools / program))
        launch = plan(entry(packages=[npm(**package)]), {}, machine)
        return install_npm(launch.packaged, folder, Tools(machine)), folder

    return make


def script(path, code):
    path.write_text(f"#!{sys.executable} -I\n{code}")
    path.chmod(0o755)


def test_no_script_of_the_package_runs_while_it_is_installed(installed):
    _, folder = installed()
    told = json.loads((folder / "told.json").read_text())
    assert told[0] == "install"
    assert "--ignore-scripts" in told
    assert told[-1] == "@somebody/demo@1.2.3"


def test_whoever_is_offline_hears_of_it_soon(installed):
    _, folder = installed()
    assert "--fetch-retry-maxtimeout=4000" in json.loads((folder / "told.json").read_text())


def test_the_program_is_started_by_node(installed):
    found, folder = installed()
    node, program = found.command
    assert Path(node).name == "node"
    assert program == str(folder / "node_modules/.bin/demo")
    assert str(folder) in found.programs


def test_a_program_for_another_interpreter_is_started_by_itself(installed):
    found, folder = installed(first="#!/bin/sh")
    assert found.command == (str(folder / "node_modules/.bin/demo"),)


def test_on_windows_no_shell_comes_between(installed, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    found, folder = installed({"demo": "dist/x.js", "more": "more.js"}, programs=("demo", "more"))
    node, program = found.command
    assert Path(node).name == "node"
    assert Path(program) == folder / "node_modules/@somebody/demo/dist/x.js"


def test_the_only_program_is_the_one(installed):
    found, _ = installed({"other": "x.js"}, programs=["other"])
    assert found.command[-1].endswith("/.bin/other")


def test_a_program_called_with_a_scope_is_linked_without_it(installed):
    found, _ = installed({"@somebody/other": "x.js"}, programs=["other"])
    assert found.command[-1].endswith("/.bin/other")


def test_a_program_that_npm_did_not_link_is_said_to_be_missing(installed):
    with pytest.raises(HubError, match="has no program to start: gone: No such file"):
        installed({"gone": "x.js"}, programs=["other"])


def test_of_several_it_is_the_one_called_as_the_package(installed):
    found, _ = installed({"another": "y.js", "demo": "x.js"})
    assert found.command[-1].endswith("/.bin/demo")


def test_several_of_other_names_are_named(installed):
    with pytest.raises(HubError, match=r"@somebody/demo@1\.2\.3 has no program to start: .*none of that name: a, b"):
        installed({"b": "x.js", "a": "y.js"})


def test_a_package_without_programs_is_said_to_be_one(installed):
    with pytest.raises(HubError, match="has no program to start: it has none"):
        installed({})


def test_the_hash_that_npm_checked_must_be_the_entrys(installed):
    found, _ = installed(locked=f"sha1-x {HASH}", integrity=HASH)
    assert found.command


@pytest.mark.parametrize("locked", [f"sha512-{'B' * 86}==", ""])
def test_another_hash_is_refused(installed, locked):
    with pytest.raises(HubError, match="is not the package that the registry describes") as caught:
        installed(locked=locked, integrity=HASH)
    assert caught.value.code == ExitCode.REGISTRY


def test_what_npm_says_is_passed_on(installed):
    with pytest.raises(HubError, match=r"@somebody/demo@1\.2\.3 cannot be installed: 404 Not Found"):
        installed(fails="npm error code E404\nnpm error 404 Not Found\n")


def test_nothing_that_a_registry_answers_reaches_a_terminal_unescaped(installed):
    with pytest.raises(HubError, match=r"cannot be installed: 404 \\x1b\[2Jgone"):
        installed(fails="npm error code E404\nnpm error 404 \x1b[2Jgone\n")


def test_arguments_that_mean_something_to_npx_alone_are_refused(installed):
    arguments = [{"type": "named", "name": "--call", "value": "evil"}]
    with pytest.raises(NotInstallable, match="cannot be installed with the arguments of npx --call evil"):
        installed(runtimeArguments=arguments)
