"""`/statistics/`: the registry in numbers. Withdrawn servers are in how it grew, and in nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.data.facts import Facts, LastRun, read_facts
from hub_build.pages.data.groups import by_publisher
from hub_build.pages.data.plots import Bars, Curve, bars, growth, in_buckets, most_common
from hub_build.pages.page import View

# Seconds from the start of a process to its lists: the half of a second that nobody notices, up to the ten that
# nobody waits.
START_LIMITS = (0.5, 1, 2, 5, 10)
START_LABELS = ("less than 0.5 s", "0.5 to 1 s", "1 to 2 s", "2 to 5 s", "5 to 10 s", "10 s and more")

TOOL_LIMITS = (1, 2, 6, 11, 21, 51)
TOOL_LABELS = ("none", "1", "2 to 5", "6 to 10", "11 to 20", "21 to 50", "more than 50")

NETWORK_WORDS = {
    "none": "no network",
    "loopback": "this machine alone",
    "hosts": "hosts that it names",
    "any": "any host",
}
FILESYSTEM_WORDS = {"none": "no files", "arguments": "what the user names", "any": "all files"}


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that the page has. totals: number and word of each."""

    totals: tuple[tuple[int, str], ...]
    growth: tuple[Curve, ...]
    plots: tuple[Bars, ...]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """One page."""
    words = "How the registry grew, and what its servers are like."
    model = statistics(compiled, read_facts(tuple(rows)))
    yield View("statistics/", "statistics.html", "Statistics", words, model, "statistics")


def statistics(compiled: Compiled, facts: Sequence[Facts]) -> Statistics:
    """The numbers of `compiled`, whose facts are given."""
    live = [one for one in facts if one.is_live]
    first_days = [min(one.published for one in server.documents) for server in compiled.servers]
    versions = [one.published for one in compiled.all_documents]
    curves = (growth("Servers", "servers", first_days), growth("Versions", "versions", versions))
    return Statistics(_totals(live, len(versions)), curves, _plots(live))


def _totals(live: Sequence[Facts], versions: int) -> tuple[tuple[int, str], ...]:
    runs = _runs(live)
    return (
        (len(live), "servers"),
        (versions, "versions"),
        (len(by_publisher(live)), "publishers"),
        (sum(bool(one.verified) for one in live), "verified"),
        (sum(run.outcome == "passed" for run in runs), "passed their test"),
        (sum(run.tools or 0 for run in runs), "tools"),
    )


def _plots(live: Sequence[Facts]) -> tuple[Bars, ...]:
    runs = _runs(live)
    starts = (run.start_seconds for run in runs if run.start_seconds is not None)
    tools = (run.tools for run in runs if run.tools is not None)
    return (
        bars("Ways to start", "Kind", "servers", most_common(kind for one in live for kind in one.kinds)),
        bars("Start time", "Time", "servers", in_buckets(starts, START_LIMITS, START_LABELS)),
        bars("Tools a server", "Tools", "servers", in_buckets(tools, TOOL_LIMITS, TOOL_LABELS)),
        bars("Licences", "Licence", "servers", most_common(one.licence for one in live)),
        bars("Network", "May reach", "servers", _words([one.network for one in live], NETWORK_WORDS)),
        bars("Files", "May read and change", "servers", _words([one.filesystem for one in live], FILESYSTEM_WORDS)),
    )


def _runs(live: Sequence[Facts]) -> list[LastRun]:
    return [one.run for one in live if one.run]


def _words(values: Sequence[str], words: dict[str, str]) -> dict[str, int]:
    return {text: values.count(value) for value, text in words.items()}
