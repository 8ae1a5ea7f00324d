"""Installing while the event loop goes on."""

import asyncio
import logging
import threading

import pytest

from hub_launch.errors import HubError
from hub_launch.install import Ahead, Installed, NotInstallable, cache
from hub_launch.install.cache import Installer
from hub_launch.plan import HttpLaunch, plan


class Workbench:
    """An installer that waits until a test lets it go on; knows who is at work."""

    def __init__(self):
        self.go_on = threading.Event()
        self.at_work = []
        self.stopped = []
        self.outcome = None

    def install(self, packaged, folder, tools):
        self.at_work.append(packaged.package.identifier)
        while not self.go_on.wait(0.01):
            if tools.stopped.is_set():
                self.stopped.append(packaged.package.identifier)
                raise HubError("stopped")
        if self.outcome:
            raise self.outcome
        (folder / "program").write_text("")
        return Installed((str(folder / "program"),), (str(folder),))


@pytest.fixture
def bench(monkeypatch):
    one = Workbench()
    strange = lambda packaged: " ".join(packaged.runtime)  # noqa: E731
    monkeypatch.setattr(cache, "INSTALLERS", {"npm": Installer(strange, one.install)})
    return one


@pytest.fixture
def ahead(tmp_path, context):
    def make(at_once=2):
        return Ahead(tmp_path / "cache", context(), at_once)

    return make


@pytest.fixture
def planned(entry, npm, context):
    return lambda identifier="demo", **package: plan(
        entry(packages=[npm(identifier=identifier, **package)]), {}, context()
    )


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_what_is_waited_for_is_told_and_the_installed_server_is_returned(bench, ahead, planned, tmp_path):
    told = []
    bench.go_on.set()
    launch = await ahead().prepare(planned(), told.append)
    assert told == ["installing demo 1.2.3", ""]
    assert launch.argv[0].startswith(str(tmp_path / "cache/npm/demo-1.2.3-"))
    assert (launch.packaged, launch.installed.identifier) == (None, "demo")


async def test_what_is_there_needs_no_waiting(bench, ahead, planned):
    bench.go_on.set()
    one = ahead()
    launch = await one.prepare(planned(), lambda text: None)
    told = []
    assert await one.prepare(planned(), told.append) == launch
    assert told == []


async def test_a_few_are_installed_at_once_and_the_rest_says_what_it_waits_for(bench, ahead, planned):
    one, told = ahead(2), []
    tasks = [asyncio.create_task(one.prepare(planned(f"demo{i}"), told.append)) for i in range(3)]
    await until(lambda: len(bench.at_work) == 2)
    assert told == ["installing demo0 1.2.3", "installing demo1 1.2.3", "demo2 1.2.3 is installed when others are"]
    bench.go_on.set()
    await asyncio.gather(*tasks)
    assert bench.at_work[2] == "demo2"


async def test_a_cancelled_installation_has_ended_when_that_is_said(bench, ahead, planned, tmp_path):
    task = asyncio.create_task(ahead().prepare(planned(), lambda text: None))
    await until(lambda: bench.at_work)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bench.stopped == ["demo"]
    assert [path for path in (tmp_path / "cache/npm").iterdir() if path.is_dir()] == []


async def test_what_cannot_be_installed_is_started_by_its_runner_and_the_log_says_why(bench, ahead, planned, caplog):
    bench.go_on.set()
    bench.outcome = NotInstallable("demo@1.2.3 must be built from source")
    launch = planned()
    with caplog.at_level(logging.WARNING):
        assert await ahead().prepare(launch, lambda text: None) is launch
    assert "demo is started by its runner: demo@1.2.3 must be built from source" in caplog.text


async def test_arguments_for_the_runner_alone_are_given_to_the_runner(bench, ahead, planned, caplog):
    launch = planned(runtimeArguments=[{"type": "named", "name": "--call", "value": "x"}])
    with caplog.at_level(logging.WARNING):
        assert await ahead().prepare(launch, lambda text: None) is launch
    assert "demo is started by its runner" in caplog.text
    assert bench.at_work == []


async def test_a_package_that_is_not_to_be_had_is_an_error(bench, ahead, planned):
    bench.go_on.set()
    bench.outcome = HubError("demo@1.2.3 has no program to start")
    with pytest.raises(HubError, match="has no program"):
        await ahead().prepare(planned(), lambda text: None)


async def test_what_has_no_package_is_left_as_it_is(bench, ahead):
    launch = HttpLaunch("far", "Far", "remote", "sse", "https://a.example")
    assert await ahead().prepare(launch, lambda text: None) is launch
