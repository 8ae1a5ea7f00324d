"""Results as people read them."""

import pytest

from hub_build.measured.markdown import goal_lines, grid, number, ratio_lines, result_lines
from hub_build.measured.model import Ratio, Row


def test_a_result_is_tables_ratios_goals_and_who_is_missing(result, table):
    text = "\n".join(result_lines(result(table(missing={"other": "there is no npm here"}))))
    assert "|  | p50 (ms) | calls/s (/s) | memory (MB) |" in text
    assert "| peer | 2 | 100 | - |" in text
    assert "| ours divided by | peer |" in text
    assert "| p50: ours | 0.50 |" in text
    assert "Not measured: other: there is no npm here" in text
    assert "| Calls | p50 of the peer's | ≤ 0.5 | 0.40 | reached |" in text


def test_a_goal_that_is_not_reached_is_seen(result, table):
    (*_, line) = goal_lines(list(result(table(goal=0.7)).goals()))
    assert line.endswith("| 0.70 | **not reached** |")
    (*_, line) = goal_lines(list(result(table(goal=None)).goals()))
    assert line.endswith("| - | not measured |")


def test_rows_that_have_one_of_their_own_beside_them_have_a_line_each(table):
    pairs = tuple(Ratio(row=f"way {one}", to=f"way {one} directly", column="p50", value=2) for one in "ab")
    rows = tuple(Row(name=f"way {one}", kind="ours", numbers={}) for one in "ab")
    lines = list(ratio_lines(table().model_copy(update={"ratios": pairs, "rows": rows})))
    assert lines[1] == "|  | divided by | is |"
    assert lines[-1] == "| p50: way b | way b directly | 2 |"


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, "-"), (0, "0"), (2.0, "2"), (0.000123, "0.00012"), (0.123, "0.12"), (12.34, "12.3"), (12345.6, "12,346")],
)
def test_a_number_has_as_many_digits_as_say_something(value, told):
    assert number(value) == told


def test_a_bar_does_not_end_a_cell():
    assert grid(["a"], [["b|c"]])[-1] == "| b&#124;c |"
