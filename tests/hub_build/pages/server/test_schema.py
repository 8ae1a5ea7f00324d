"""A JSON Schema as rows of a table."""

import pytest

from hub_build.pages.server.schema import MAX_ROWS, Row, rows_of_schema


def rows(properties, **more):
    return rows_of_schema({"type": "object", "properties": properties, **more})


def test_a_row_has_name_type_need_and_text():
    made = rows({"path": {"type": "string", "description": "Where."}}, required=["path"])
    assert made == (Row("path", "string", True, "Where.", ""),)


@pytest.mark.parametrize(
    ("schema", "type_", "limits"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9, "default": 5}, "integer", "from 1; to 9; default 5"),
        ({"enum": ["a", "b"]}, "one of", "a, b"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 3}, "list of string", "at most 3 items"),
        ({"type": ["string", "null"]}, "string or null", ""),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "default": None}, "string", "date"),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, "string or number", ""),
        ({"const": "x"}, "", "always x"),
        ({"default": ""}, "", 'default ""'),
        (True, "", ""),
    ],
)
def test_types_and_limits_are_words(schema, type_, limits):
    (row,) = rows({"one": schema})
    assert (row.type, row.limits) == (type_, limits)


def test_what_is_inside_has_its_path():
    inner = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    made = rows({"filter": inner, "edits": {"type": "array", "items": inner}})
    assert [(row.name, row.required) for row in made] == [
        ("filter", False),
        ("filter.name", True),
        ("edits", False),
        ("edits[].name", True),
    ]


def test_references_are_followed_and_circles_end():
    node = {"type": "object", "properties": {"child": {"$ref": "#/$defs/Node"}}}
    made = rows({"root": {"$ref": "#/$defs/Node"}}, **{"$defs": {"Node": node}})
    assert [row.name for row in made] == ["root", "root.child", "root.child.child"]


def test_a_long_one_is_cut_and_says_so():
    made = rows({f"p{number}": {"type": "string"} for number in range(MAX_ROWS + 5)})
    assert len(made) == MAX_ROWS + 1
    assert made[-1].text == "The full schema has more."


@pytest.mark.parametrize(
    "schema", [None, True, [], "x", {}, {"properties": 3}, {"properties": {"a": 3}, "required": 5}]
)
def test_what_is_no_schema_breaks_nothing(schema):
    assert len(rows_of_schema(schema)) <= 1
