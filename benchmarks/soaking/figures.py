"""What a soak came to, as numbers: one flat object for those who store and compare it, and what its keys mean."""

from collections import Counter
from typing import Any

from soaking.run import Report
from soaking.times import milliseconds

PARTS = 10
KEYS = {
    "seed": "chance that can be had again",
    "minutes": "that the load lasted",
    "clients": "at the same time, of both protocols",
    "servers": "local ones that are called all the time",
    "calls": "made, of every kind",
    "calls_<kind>": "of them, those of that kind",
    "outcome_<what>": "what calls came to; only servers that were killed may say what is wrong",
    "kills": "of servers, at random and by SIGKILL",
    "done_<disturbance>": "how often that was done",
    "registry_requests": "for files of the registry",
    "p50_ms_<part>, p99_ms_<part>": "how long small calls took in each tenth of the time",
    "memory_mb_<part>": "the hub's resident memory in the middle of each tenth, as measured after warming up",
    "files_<part>": "files, pipes and sockets that the hub had open then",
    "memory_least_mb, memory_most_mb": "at any time after warming up",
    "memory_growth_mb": "between the medians of the second and of the last quarter",
    "memory_slope_mb": "for each 100,000 calls",
    "idle_<what>_warm, idle_<what>_end": "files, tasks, threads and processes of the idle hub, warm and at the end",
    "disk_mb_warm, disk_mb_end": "in the hub's folders",
    "stalls": "how often the hub's event loop stood still for two seconds",
    "slowest_alone_s": "what a server without the hub took to answer, at worst: how busy the machine was",
    "faults": "what was wrong; anything but 0 is a failure",
}
"""Key -> its meaning. `<part>` is 01 to 10."""


def figures(report: Report) -> dict[str, Any]:
    """The numbers of one run, by the names in KEYS."""
    plan, tally = report.soak, report.tally
    found: dict[str, Any] = {
        "seed": plan.seed,
        "minutes": round((report.ended - report.began) / 60, 2),
        "clients": plan.clients,
        "servers": plan.servers,
        "calls": tally.made,
        **{f"calls_{_word(kind)}": count for kind, count in sorted(tally.kinds.items())},
        **{f"outcome_{_word(what)}": count for what, count in sorted(tally.outcomes.items())},
        "kills": sum(report.kills.values()),
        **{f"done_{_word(name)}": count for name, count in sorted(_done(report).items())},
        "registry_requests": report.asked,
    }
    return found | _latency(report) | _memory(report) | _held(report) | {"faults": len(report.faults)}


def _done(report: Report) -> Counter[str]:
    done: Counter[str] = Counter()
    for what, count in report.tally.disturbed.items():
        done[what.partition(":")[0]] += count
    return done


def _latency(report: Report) -> dict[str, float]:
    parts = report.tally.times.parts(PARTS, report.began, report.ended)
    found = {f"p50_ms_{number:02}": milliseconds(part, 0.5) for number, part in enumerate(parts, 1)}
    return found | {f"p99_ms_{number:02}": milliseconds(part, 0.99) for number, part in enumerate(parts, 1)}


def _memory(report: Report) -> dict[str, float]:
    found: dict[str, float] = {}
    for number in range(PARTS):
        sample = report.samples[(2 * number + 1) * len(report.samples) // (2 * PARTS)]
        found[f"memory_mb_{number + 1:02}"] = round(sample.megabytes, 1)
        found[f"files_{number + 1:02}"] = sample.files
    return found | {
        "memory_least_mb": round(report.memory[0], 1),
        "memory_most_mb": round(report.memory[1], 1),
        "memory_growth_mb": round(report.growth, 1),
        "memory_slope_mb": round(report.slope, 2),
    }


def _held(report: Report) -> dict[str, float]:
    found: dict[str, float] = {}
    for when, held in zip(("warm", "end"), report.held or (), strict=False):
        found |= {f"idle_{what}_{when}": getattr(held, what) for what in ("files", "tasks", "threads", "processes")}
    return found | {
        "disk_mb_warm": round(report.disk[0], 1),
        "disk_mb_end": round(report.disk[1], 1),
        "stalls": report.stalls,
        "slowest_alone_s": round(report.slowest, 2),
    }


def _word(text: str) -> str:
    return text.lower().replace(" ", "_")
