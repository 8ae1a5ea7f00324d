import pytest

from hub_launch.plan import StdioLaunch
from hub_launch.run.observing import Asked, Watch, observed

LAUNCH = StdioLaunch("files", "Files", "npm", ("node",))


class Observer:
    """Adds a parameter, and notes what it hears."""

    def __init__(self, name, heard):
        self.name = name
        self.heard = heard

    def started(self, launch):
        self.heard.append((self.name, launch.id))

    def asked(self, asked):
        self.heard.append((self.name, sorted(asked.params)))
        self.params = {**asked.params, self.name: 1}
        return self

    def over(self, outcome):
        self.heard.append((self.name, outcome))


@pytest.fixture
def heard():
    return []


def test_each_sees_what_the_ones_before_it_added_and_the_first_hears_the_end_last(heard):
    watch = Watch([Observer("a", heard), Observer("b", heard)], Asked("files", "tools/call", {"name": 1}, None))
    watch.over("done")
    assert watch.params == {"name": 1, "a": 1, "b": 1}
    assert heard == [("a", ["name"]), ("b", ["a", "name"]), ("b", "done"), ("a", "done")]


async def test_a_start_is_told_before_it_is_made(heard, tmp_path):
    async def spawn(launch, log):
        heard.append(("spawn", log))
        return "child"

    assert await observed(spawn, [Observer("a", heard)])(LAUNCH, tmp_path) == "child"
    assert heard == [("a", "files"), ("spawn", tmp_path)]


def test_without_observers_nothing_stands_between():
    async def spawn(launch, log):
        return None

    assert observed(spawn, ()) is spawn
