"""What is wanted of a registry ten times as large."""

from hubs.samples import Section
from measures import compiler
from measures.compiler import RUNS, want_growth


def section(size, cold, memory):
    made = Section(f"hub-build site, {size:,} entries", "", (), RUNS, ())
    for run, more in zip(RUNS, (0, 100, 50), strict=True):
        made.add(run, seconds=cold, memory=memory + more)
    return made


def test_it_takes_so_many_times_as_long_and_so_much_memory():
    ten, hundred = section(10_000, 15, 300), section(100_000, 135, 1_200)
    want_growth([ten, hundred])
    assert ten.goals == []
    assert [(goal.text, goal.value) for goal in hundred.goals] == [
        (compiler.SITE_GROWTH.text, 9),
        (compiler.SITE_MEMORY.text, 1_300),
    ]


def test_nothing_is_wanted_where_one_of_them_was_not_measured():
    small = section(1_000, 2, 100)
    want_growth([small])
    assert small.goals == []
