import pytest
import yaml

from hub_launch.errors import ExitCode, HubError
from hub_launch.index.places import Place, add
from hub_launch.index.registries import Registries
from hub_launch.judge.overlay import Overlay


@pytest.fixture
def own(settings, make_registry):
    """Adds an entry of the user's own."""

    def make(id="mine", **changes):
        data = yaml.safe_dump(make_registry.document(id, **changes)).encode()
        return Overlay(settings.overlay_dir).publish(data)

    return make


@pytest.fixture(autouse=True)
def _registry(publish, entry):
    """The registry of the settings."""
    publish([entry("demo")])


def test_entries_of_ones_own_are_found_like_any_other(settings, own):
    published = own()
    registries = Registries.open(settings)
    found = registries.resolve("mine")
    assert (found.address, found.entry()) == ("overlay/mine", published.entry)
    assert registries.resolve("overlay/mine").row == found.row
    assert registries.resolve("mine@1.4.0").row == found.row
    assert {one.row.id for one in registries.all()} == {"demo", "mine"}
    assert [one.row.id for one in registries.search(["forecasts"])[1]] == ["mine"]


def test_without_any_there_is_no_such_registry(settings):
    assert len(Registries.open(settings).registries) == 1


def test_an_id_that_two_servers_have_is_refused(settings, own):
    own("demo")
    registries = Registries.open(settings)
    with pytest.raises(HubError, match="demo is an entry of your own, and a server of") as caught:
        registries.resolve("demo")
    assert caught.value.code == ExitCode.USAGE
    assert "`overlay/demo` is yours" in caught.value.hint
    assert registries.resolve("overlay/demo").address == "overlay/demo"


def test_what_somebody_broke_is_left_out_with_a_notice(settings, own):
    own("good")
    own("bad").path.write_text("id: [")
    registries = Registries.open(settings)
    assert any("bad.yaml" in notice and "left out" in notice for notice in registries.notices)
    assert registries.resolve("good").row.id == "good"
    with pytest.raises(HubError, match="bad"):
        registries.resolve("bad")


def test_no_other_registry_can_be_called_so(settings, tmp_path):
    with pytest.raises(HubError, match="There is a registry overlay already"):
        add(settings.config_dir, Place("overlay", str(tmp_path)))
