import re
from pathlib import Path

import yaml

from hub_build.reference import PAGE, page
from hub_build.samples import SAMPLES
from hub_launch.catalog import META_KEY, Entry, to_server
from hub_launch.judge.contract import entry_schema

ROOT = Path(__file__).parents[2]
TEXT = page().decode()
ROWS = {
    match[1]: [cell.strip() for cell in match[0].strip("|").split(" | ")]
    for match in re.finditer(r'^\| <a id="([a-z0-9_./-]+)"></a>.*$', TEXT, re.MULTILINE)
}


def test_the_page_is_what_the_models_say():
    """If this fails: `hub-build schema`."""
    assert (ROOT / "site_src/docs" / PAGE).read_text(encoding="utf-8") == TEXT


def test_every_field_of_every_part_has_a_row_with_a_meaning():
    schema = entry_schema()
    for name, node in [("Entry", schema), *schema["definitions"].items()]:
        for key in node["properties"]:
            row = ROWS[f"{name}-{key}".lower()]
            assert row[1], f"{name}.{key}"
            assert row[2], f"{name}.{key}"


def test_required_fields_are_marked():
    assert "**id**" in ROWS["entry-id"][0]
    assert "**" not in ROWS["entry-tags"][0]


def test_where_a_field_ends_up_is_where_it_does():
    for sample in SAMPLES:
        server = to_server(Entry.model_validate(sample))
        for key in sample:
            where = "`server`" if key in server else "`_meta`"
            assert ROWS[f"entry-{key}".lower()][3] == where
            assert key in server or key in server["_meta"][META_KEY]
    assert ROWS["package-integrity"][3] == "`_meta`"


def test_links_lead_to_parts_of_the_page():
    parts = {heading.lower() for heading in re.findall(r"^## (\w+)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([a-z0-9]+)\)", TEXT)) <= parts


def test_the_example_is_an_entry():
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    Entry.model_validate(yaml.safe_load(example[1]))


def test_nothing_is_taken_for_html():
    outside = re.sub(r'`[^`]*`|<br>|<a id="[^"]*"></a>|<!--.*?-->|```.*?```', "", TEXT, flags=re.DOTALL)
    assert "<" not in outside
