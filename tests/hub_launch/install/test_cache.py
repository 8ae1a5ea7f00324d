"""Where installed packages lie, and that they are installed once."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import filelock
import pytest

from hub_launch.errors import HubError
from hub_launch.install import Installed, cache, install, installed, is_installable
from hub_launch.install.cache import Installer
from hub_launch.install.tool import ToolError
from hub_launch.plan import HttpLaunch, StdioLaunch, plan


@pytest.fixture
def installs(monkeypatch):
    """An installer that makes a program, and the folders that it was asked to fill."""
    folders = []

    def fill(packaged, folder, tools):
        folders.append(folder)
        (folder / "program").write_text("#!/bin/sh\n")
        return Installed((str(folder / "program"), "start"), (str(folder),))

    monkeypatch.setattr(cache, "INSTALLERS", {"npm": Installer(problem, fill)})
    return folders


def problem(packaged):
    return "strange arguments" if packaged.runtime else ""


@pytest.fixture
def planned(entry, npm, context):
    def make(given=None, environ=None, **package):
        changes = {"environ": environ} if environ else {}
        return plan(entry(packages=[npm(**package)]), given or {}, context(**changes))

    return make


def test_the_package_is_started_by_its_own_program_with_the_servers_arguments(installs, planned, context, tmp_path):
    arguments = [{"type": "positional", "valueHint": "folder"}]
    launch = install(planned({"folder": ["here"]}, packageArguments=arguments), tmp_path / "cache", context())
    (folder,) = installs
    assert launch.argv == (str(folder / "program"), "start", "here")
    assert launch.programs == (str(folder),)


def test_it_is_installed_once(installs, planned, context, tmp_path):
    first = install(planned(), tmp_path / "cache", context())
    assert install(planned(), tmp_path / "cache", context()) == first
    assert len(installs) == 1


@pytest.mark.parametrize("change", [{"version": "2"}, {"identifier": "other"}, {"integrity": f"sha256-{'0' * 64}"}])
def test_another_version_name_or_hash_is_another_installation(installs, planned, context, tmp_path, change):
    install(planned(), tmp_path / "cache", context())
    install(planned(**change), tmp_path / "cache", context())
    assert len(installs) == 2


def test_what_a_user_removed_is_installed_again(installs, planned, context, tmp_path):
    install(planned(), tmp_path / "cache", context())
    (installs[0] / "program").unlink()
    launch = install(planned(), tmp_path / "cache", context())
    assert Path(launch.argv[0]).exists()


@pytest.mark.parametrize("broken", [b"", b"[]", b'{"command": [], "programs": []}', b"\xff"])
def test_a_broken_record_is_no_record(installs, planned, context, tmp_path, broken):
    install(planned(), tmp_path / "cache", context())
    (record,) = (tmp_path / "cache/npm").glob("*.json")
    record.write_bytes(broken)
    install(planned(), tmp_path / "cache", context())
    assert len(installs) == 2


def test_nothing_is_left_of_an_installation_that_failed(monkeypatch, planned, context, tmp_path):
    def fails(packaged, folder, tools):
        (folder / "half").write_text("")
        raise HubError("no such package")

    monkeypatch.setattr(cache, "INSTALLERS", {"npm": Installer(problem, fails)})
    with pytest.raises(HubError, match="no such package"):
        install(planned(), tmp_path / "cache", context())
    assert [path.suffix for path in (tmp_path / "cache/npm").iterdir() if path.suffix != ".lock"] == []


def test_of_several_at_once_one_installs_and_the_others_take_what_it_made(
    monkeypatch, installs, planned, context, tmp_path
):
    inner = cache.INSTALLERS["npm"].install
    together = threading.Barrier(3)

    def slow(packaged, folder, tools):
        # Those that wait for the lock look at least once in vain.
        monkeypatch.setattr(cache, "_LOCK_SECONDS", 0.01)
        threading.Event().wait(0.2)
        return inner(packaged, folder, tools)

    def launcher():
        together.wait()
        return install(planned(), tmp_path / "cache", context())

    monkeypatch.setattr(cache, "INSTALLERS", {"npm": Installer(problem, slow)})
    with ThreadPoolExecutor(3) as pool:
        launches = [one.result() for one in [pool.submit(launcher) for _ in range(3)]]
    assert len(installs) == 1
    assert {launch.argv for launch in launches} == {(str(installs[0] / "program"), "start")}


def test_whoever_waits_for_another_launcher_stops_when_told_to(monkeypatch, installs, planned, context, tmp_path):
    monkeypatch.setattr(cache, "_LOCK_SECONDS", 0.01)
    install(planned(), tmp_path / "cache", context())
    (record,) = (tmp_path / "cache/npm").glob("*.json")
    record.unlink()
    stopped = threading.Event()
    stopped.set()
    with filelock.FileLock(record.with_suffix(".lock")), pytest.raises(ToolError, match="another launcher"):
        install(planned(), tmp_path / "cache", context(), stopped)


def test_what_a_killed_launcher_left_is_swept_away(installs, planned, context, tmp_path):
    install(planned(), tmp_path / "cache", context())
    (record,) = (tmp_path / "cache/npm").glob("*.json")
    record.unlink()
    left = record.with_name(f"{record.stem}.killed")
    (left / "node_modules").mkdir(parents=True)
    other = record.with_name("other-1-0000.kept")
    other.mkdir()
    install(planned(), tmp_path / "cache", context())
    assert not left.exists()
    assert not installs[0].exists()
    assert installs[1].exists()
    assert other.exists()


def test_what_is_there_is_found_without_installing(installs, planned, context, tmp_path):
    assert installed(planned(), tmp_path / "cache") is None
    launch = install(planned(), tmp_path / "cache", context())
    assert installed(planned(), tmp_path / "cache") == launch
    assert len(installs) == 1


def test_a_package_whose_runner_is_told_something_strange_is_not_installable(installs, planned):
    assert is_installable(planned())
    assert not is_installable(planned(runtimeArguments=[{"type": "named", "name": "--call", "value": "x"}]))


def test_what_has_no_package_is_not_installable(installs):
    assert not is_installable(StdioLaunch("x", "X", "mcp.json", (sys.executable,)))
    assert not is_installable(HttpLaunch("x", "X", "remote", "sse", "https://a.example"))


def test_how_the_user_reaches_registries_is_not_told_to_the_server(installs, planned, context, tmp_path):
    environ = {"PATH": "/usr/bin", "npm_config_token": "secret", "UV_INDEX_URL": "https://user:secret@host/"}
    before = planned(environ=environ)
    assert "npm_config_token" in before.env
    assert install(before, tmp_path / "cache", context()).env.keys() == {"PATH"}


def test_a_variable_that_the_entry_declares_stays(installs, planned, context, tmp_path):
    environ = {"UV_DECLARED": "yes"}
    launch = planned(environ=environ, environmentVariables=[{"name": "UV_DECLARED"}])
    assert install(launch, tmp_path / "cache", context()).env["UV_DECLARED"] == "yes"


def test_what_has_no_package_or_no_installer_is_left_as_it_is(installs, entry, pypi, context, tmp_path):
    own = StdioLaunch("x", "X", "mcp.json", (sys.executable,))
    assert install(own, tmp_path, context()) is own
    other = plan(entry(packages=[pypi()]), {}, context())
    assert install(other, tmp_path, context()) is other


def test_a_hostile_name_stays_in_the_cache(installs, planned, context, tmp_path):
    install(planned(identifier="../../../evil"), tmp_path / "cache", context())
    assert installs[0].parent == tmp_path / "cache/npm"
    assert len(installs[0].name) < 128
