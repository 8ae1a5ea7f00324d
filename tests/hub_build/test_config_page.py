import re
from pathlib import Path

from hub_build.config_page import PAGE, page
from hub_launch.config.models import Config
from hub_launch.judge.contract import schema_of

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_models_say():
    """If this fails: `hub-build schema`."""
    assert (ROOT / "site_src/docs" / PAGE).read_text(encoding="utf-8") == page().decode()


def test_every_key_has_a_meaning_and_a_value():
    text = page().decode()
    schema = schema_of(Config)
    for node in (schema, *schema["definitions"].values()):
        for key in node["properties"]:
            rows = re.findall(rf"^\| \**{key}\** \| (.*) \| (.*) \|$", text, re.MULTILINE)
            assert rows, key
            assert all(meaning and value for meaning, value in rows), key
