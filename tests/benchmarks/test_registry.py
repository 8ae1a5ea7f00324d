"""The registry that the soak's hub reads, as the launcher reads it."""

import pytest
from soaking.registry import Registry as Publisher
from soaking.web import Web, serving

from hub_launch.errors import HubError
from hub_launch.index.places import Place
from hub_launch.index.registry import Registry


@pytest.fixture
def publisher(tmp_path):
    return Publisher(tmp_path / "publisher", ["r0", "r1"])


@pytest.fixture
def web(publisher):
    one = Web(publisher.site)
    with serving(one):
        yield one


@pytest.fixture
def version(publisher, web, tmp_path):
    """The version of r0 that a launcher finds."""
    place = Place("soak", f"http://127.0.0.1:{web.port}/site", publisher.root.read_bytes())
    return lambda: Registry.open(place, tmp_path / "cache").resolve("r0").version


def test_a_new_version_is_found_behind_a_good_host_and_the_old_one_where_it_is_down(publisher, web, version):
    assert version() == "1.0.1"
    publisher.versions["r0"] += 1
    publisher.publish()
    web.mode = "down"
    assert version() == "1.0.1"
    web.mode = "good"
    assert version() == publisher.version("r0") == "1.0.2"


@pytest.mark.parametrize("mode", ["forged", "broken"])
def test_a_host_that_lies_is_not_believed(publisher, web, version, mode):
    version()
    web.forged, web.mode = publisher.forged_timestamp(), mode
    with pytest.raises(HubError):
        version()
