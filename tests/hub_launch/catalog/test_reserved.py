from hub_launch.catalog import RESERVED_IDS
from hub_launch.cli.commands import COMMANDS
from hub_launch.cli.main import REGISTRY_WORDS, with_default_command


def test_every_command_is_a_reserved_id():
    assert set(COMMANDS) - {"registry"} <= RESERVED_IDS


def test_the_registrys_own_server_may_have_its_name():
    assert "registry" not in RESERVED_IDS
    assert with_default_command(["registry", "time"]) == ["launch", "registry", "time"]
    assert REGISTRY_WORDS[0] in RESERVED_IDS


def test_names_that_windows_cannot_have_as_files_are_reserved():
    assert {"con", "nul", "aux", "prn", "com1", "lpt9"} <= RESERVED_IDS
