"""A hub that keeps what it should not is found out."""

import asyncio
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from soaking.calling import Tally
from soaking.figures import KEYS, figures
from soaking.plot import as_svg
from soaking.run import Report, Soak, wrong_with
from soaking.watching import MOST_GROWTH_MB, MOST_MORE, Held, Sample, Watch, disk

# Keeps every request's body for ever, if it is told to.
KEEPER = """
import asyncio, sys

kept = []

async def answer(reader, writer):
    kept.append(bytearray(await reader.readexactly(1_000_000)))
    if sys.argv[1] == "good":
        kept.clear()
    writer.write(b"!")
    writer.close()

async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""
REQUESTS = 60


@pytest.fixture
def keeper():
    """Starts one that is `good` or `bad`; returns its process and its port."""
    started = []

    def start(manner):
        process = subprocess.Popen(
            [sys.executable, "-c", KEEPER, manner], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        process.communicate()


@pytest.fixture
def report():
    """Of a run in which nothing was wrong."""
    samples = [Sample(float(second), second * 10, 100.0, 50) for second in range(100)]
    held = Held(50, 40, 10, 20)
    one = Report(Soak(minutes=2, calls=1000, clients=4, servers=3, seed=1), Tally(1000), held=(held, held))
    one.began, one.warmed, one.ended, one.samples, one.memory = 0.0, 10.0, 100.0, samples, (100.0, 100.0)
    one.tally.kinds["echo"], one.tally.disturbed["reload: added"] = 1000, 2
    for second in range(100):
        one.tally.times.add(float(second), second + 0.004)
    return one


@pytest.mark.parametrize(("manner", "leaks"), [("good", False), ("bad", True)])
async def test_memory_that_is_never_given_back_is_seen(keeper, manner, leaks):
    process, port = keeper(manner)
    watch = Watch(process.pid, None)
    for number in range(REQUESTS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(bytes(1_000_000))
        assert await reader.read() == b"!"
        writer.close()
        watch.look(number)
    assert (watch.growth() > MOST_GROWTH_MB) == leaks


def test_nothing_is_wrong_with_what_stays_as_it_was(report, tmp_path):
    assert list(wrong_with(report, tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"growth": MOST_GROWTH_MB + 1}, "memory grew"),
        ({"disk": (1.0, 200.0)}, "files grew"),
        ({"stalls": 1}, "stood still 1 times"),
        *(
            (
                {"held": (Held(0, 0, 0, 0), Held(**{**dict.fromkeys(Held.__slots__, 0), what: MOST_MORE + 1}))},
                "holds more",
            )
            for what in Held.__slots__
        ),
    ],
)
def test_what_grew_is_said(report, tmp_path, changes, said):
    for name, value in changes.items():
        setattr(report, name, value)
    (fault,) = wrong_with(report, tmp_path)
    assert said in fault


def test_the_disk_is_measured_with_all_that_is_below(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_bytes(bytes(2_000_000))
    assert 2.0 <= disk(tmp_path) < 2.1


def test_the_figures_are_flat_and_explained(report):
    found = figures(report)
    assert all(isinstance(value, int | float) for value in found.values())
    explained = {word.strip().partition("<")[0] for names in KEYS for word in names.split(",")}
    assert [key for key in found if key not in explained and not key.startswith(tuple(explained))] == []
    assert (found["p50_ms_01"], found["p99_ms_10"], found["done_reload"], found["calls_echo"]) == (4, 4, 2, 1000)


def test_the_curves_are_drawn(report):
    drawn = ElementTree.fromstring(as_svg(report))
    assert len(drawn.findall("{*}polyline")) == 4
