"""Every benchmark is one line of one table, and every peer a file and a line."""

import inspect
from pathlib import Path

import pytest
from hubs import peers
from hubs.contestants import Contestant
from hubs.peers import PEERS
from hubs.samples import Wanted
from measures.table import BENCHMARKS

README = Path(__file__).parents[2] / "benchmarks" / "README.md"


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda one: one.name)
def test_a_benchmark_is_on_the_page_with_what_the_project_wants(benchmark):
    assert f"| `{benchmark.name}` |" in README.read_text()
    assert benchmark.ratio
    assert set(benchmark.peers) <= set(PEERS)


def test_every_goal_of_a_module_is_in_the_table():
    modules = {inspect.getmodule(inspect.unwrap(one.measure)) for one in BENCHMARKS} - {inspect.getmodule(BENCHMARKS)}
    stated = {goal for one in BENCHMARKS for goal in one.goals}
    wanted = {value for module in modules for value in vars(module).values() if isinstance(value, Wanted)}
    assert wanted <= stated
    assert len(stated) == sum(len(one.goals) for one in BENCHMARKS)


def test_every_peers_file_is_in_the_table():
    files = {path.stem for path in Path(peers.__file__).parent.glob("*.py")} - {"__init__"}
    named = {name for name in files if isinstance(getattr(getattr(peers, name), "PEER", None), Contestant)}
    assert named == files
    assert {getattr(peers, name).PEER for name in files} == set(PEERS)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_is_one_exact_version_from_a_registry(peer):
    name, version, registry = peer.package.split()
    assert name
    assert version[0].isdigit()
    assert registry in ("(npm)", "(PyPI)")
