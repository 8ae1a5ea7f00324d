"""Descriptions of fields are the texts below them."""

import subprocess
import sys

from hub_launch.catalog import Entry
from hub_launch.catalog.lists import Withdrawn
from hub_launch.judge.contract import schema_of
from hub_launch.judge.docstrings import descriptions_of


def test_texts_below_fields_describe_them():
    assert descriptions_of(Entry)["documentation"].startswith("Longer text")
    assert "model_config" not in descriptions_of(Entry)


def test_texts_of_a_class_above_describe_what_it_brings():
    class Nearer(Withdrawn):
        """One more."""

        mine: str = ""
        """Of the nearer class."""

    assert descriptions_of(Nearer) == {**descriptions_of(Withdrawn), "mine": "Of the nearer class."}


def test_schemas_have_them():
    properties = schema_of(Entry)["properties"]
    assert properties["documentation"]["description"].startswith("Longer text")
    # A reference to another model is described by what it is here, too.
    assert properties["repository"]["description"] == "Where the source code is."


def test_no_command_parses_the_contracts_source():
    code = "import ast; ast.parse = lambda *_: exit('parsed'); import hub_launch.catalog.lock, hub_launch.config.models"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
