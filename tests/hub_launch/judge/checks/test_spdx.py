import pytest

from hub_launch.judge.checks.spdx import parse


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("MIT", ()),
        ("MIT OR Apache-2.0", ()),
        ("(MIT OR (Apache-2.0 AND ISC)) AND BSD-3-Clause", ()),
        ("Apache-2.0 WITH LLVM-exception", ()),
        ("LicenseRef-Mine AND DocumentRef-x:LicenseRef-y", ()),
        ("EPL-2.0+", ()),
        ("mit", ("mit",)),
        ("MIT OR Nothing-1.0", ("Nothing-1.0",)),
        ("MIT WITH Nothing", ("Nothing",)),
    ],
)
def test_expressions_are_read_and_unknown_identifiers_named(text, unknown):
    assert parse(text).unknown == unknown


@pytest.mark.parametrize(
    "text",
    ["", "MIT License", "OR", "MIT OR", "(MIT", "MIT)", "()", "MIT WITH (ISC)", "WITH x", "MIT, ISC", "(MIT) WITH x"],
)
def test_what_breaks_the_grammar_is_no_expression(text):
    assert parse(text) is None
