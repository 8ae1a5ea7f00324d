"""`/health/`: how servers did when they were tested last: what needs a look comes first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.data.facts import Facts, read_facts
from hub_build.pages.data.paging import Slice, slices
from hub_build.pages.page import View

# In the order in which people want to see them; the empty word stands for servers without a record.
VERDICTS = {
    "failed": "failed",
    "unreachable": "could not be reached",
    "needs": "wants credentials",
    "untried": "could not be tried",
    "": "no test on record",
    "passed": "passed",
}
_ORDER = {verdict: place for place, verdict in enumerate(VERDICTS)}


@dataclass(frozen=True, slots=True)
class Row:
    """One server, and its verdict in words."""

    verdict: str
    words: str
    server: Facts


@dataclass(frozen=True, slots=True)
class HealthPage:
    """counts: how many servers have each verdict that there is. slice: those that may be started, worst first."""

    counts: tuple[tuple[str, str, int], ...]
    slice: Slice[Row]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """One page, or several."""
    servers = worst_first(read_facts(tuple(rows)))
    found = Counter(row.verdict for row in servers)
    counts = tuple((verdict, words, found[verdict]) for verdict, words in VERDICTS.items() if found[verdict])
    for part in slices(servers):
        words = "How the servers did when the registry started them last."
        yield View(
            "health/",
            "health.html",
            part.titled("Health"),
            words,
            HealthPage(counts, part),
            "statistics",
            file=part.file,
        )


def worst_first(facts: Iterable[Facts]) -> list[Row]:
    """The servers that may be started: what needs a look first, then by id."""
    found = ((one.run.outcome if one.run else "", one) for one in facts if one.is_live)
    rows = [Row(verdict, VERDICTS[verdict], one) for verdict, one in found]
    return sorted(rows, key=lambda row: (_ORDER[row.verdict], row.server.id))
