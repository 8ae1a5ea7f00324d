from datetime import UTC, datetime

import pytest

from hub_build.measured.model import Column, Goal, Load, Machine, Number, Ratio, Result, Row, Table

COLUMNS = (
    Column(key="p50", title="p50", unit="ms", better="less"),
    Column(key="rate", title="calls/s", unit="/s", better="more"),
    Column(key="rss", title="memory", unit="MB"),
)


def number(median):
    return Number(median=median, p99=median * 2, rounds=3)


def a_table(p50=0.5, rate=4.0, goal=0.4, **more):
    ours = {"p50": number(1.0), "rate": number(400.0), "rss": number(50.0)}
    peer = {"p50": number(2.0), "rate": number(100.0)}
    ratios = (
        Ratio(row="ours", to="peer", column="p50", value=p50),
        Ratio(row="ours", to="peer", column="rate", value=rate),
    )
    goals = (Goal(text="p50 of the peer's", limit=0.5, value=goal),)
    rows = (Row(name="ours", kind="ours", numbers=ours), Row(name="peer", kind="peer", numbers=peer))
    return Table(title="Calls", about="Of some.", columns=COLUMNS, rows=rows, ratios=ratios, goals=goals, **more)


def a_result(*tables, **more):
    machine = Machine(
        cpu="A CPU", cores=2, memory_gb=4, kernel="Linux 6", filesystem="ext4", python="3.11.7", node="22.19.0"
    )
    usual = {
        "benchmark": "calls", "place": 3, "title": "Calls", "ratio": "p50 of the peer's", "command": "make bench",
        "date": datetime(2026, 11, 22, 4, tzinfo=UTC), "commit": "0123456789", "quick": False, "seconds": 61.5,
        "machine": machine, "load": Load(before=0.1, after=1.5), "peers": ("peer 1.0 (npm)",),
    }  # fmt: skip
    return Result.model_validate(usual | more | {"tables": tables or (a_table(),)})


@pytest.fixture
def table():
    return a_table


@pytest.fixture
def result():
    return a_result
