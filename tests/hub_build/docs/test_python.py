import re
from collections import Counter

import pytest

from hub_build.docs.described import described
from hub_build.docs.python import PARTS, module_of, page


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.module)
def test_everything_that_is_shown_says_what_it_is(part):
    shown = list(part.names) or [str(one).strip("'\"") for one in module_of(part.module).exports]
    for name in shown:
        found = module_of(part.module)[name]
        assert (found.final_target if found.is_alias else found).docstring, f"{part.module}.{name}"


def test_a_field_has_its_type_and_what_its_class_says_of_it():
    said = "\n".join(described("Output", module_of("hub_build.outputs.output")["Output"]))
    assert re.search(
        r"^\| `of_server` \| <code>Callable.* &#124; None</code> \| the files that one", said, re.MULTILINE
    )


def test_a_function_has_its_parameters_and_what_it_raises():
    said = "\n".join(described("load", module_of("hub_launch.config.loading")["load"]))
    assert "def load(path: Path, environ: Mapping[str, str]) -> Configuration" in said
    assert "Raises HubError (exit 2)" in said
    assert "- `environ`: it overrides `.env`" in said


def test_types_are_without_what_pydantic_checks_beside_them():
    assert "Annotated[" not in page()


def test_tables_have_the_columns_that_their_heads_have():
    rows = [line for line in page().splitlines() if line.startswith(("| `", "| <code>")) and "](#" not in line]
    assert Counter(len(re.findall(r"(?<!\\)\|", row)) for row in rows).keys() == {4}
