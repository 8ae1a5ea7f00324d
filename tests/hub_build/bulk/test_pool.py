import os
import sys

import pytest

from hub_build.bulk import pool
from hub_build.bulk.entry import judge_file


@pytest.fixture
def paths(registry):
    return [str(registry.add(f"server-{number}", title=f"Server {number}")) for number in range(6)]


def test_many_files_are_judged_by_several_processes_in_their_order(paths, monkeypatch):
    monkeypatch.setattr(pool, "MIN_FILES", 2)
    monkeypatch.setattr(pool, "CHUNK", 2)
    assert pool.judge_files(paths, workers=2) == [judge_file(path) for path in paths]


@pytest.mark.parametrize("error", pool.NO_OTHERS)
def test_without_other_processes_they_are_judged_here(paths, monkeypatch, error):
    def broken(paths, workers):
        raise error

    monkeypatch.setattr(pool, "MIN_FILES", 2)
    monkeypatch.setattr(pool, "_in_parallel", broken)
    assert pool.judge_files(paths, workers=2) == [judge_file(path) for path in paths]


@pytest.mark.parametrize(("files", "workers"), [(6, 1), (1, 2)])
def test_few_files_or_one_core_need_no_pool(paths, monkeypatch, files, workers):
    monkeypatch.setattr(pool, "MIN_FILES", 2)
    monkeypatch.setattr(pool, "_in_parallel", lambda *_: pytest.fail("a pool was started"))
    assert len(pool.judge_files(paths[:files], workers)) == files


def test_workers_are_never_copies_of_this_process():
    assert pool.quiet_context().get_start_method() == ("spawn" if sys.platform == "win32" else "forkserver")


def test_there_are_no_more_workers_than_help(paths, monkeypatch):
    asked = []
    monkeypatch.setattr(pool, "MIN_FILES", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(pool, "_in_parallel", lambda paths, workers: asked.append(workers) or [])
    pool.judge_files(paths)
    assert asked == [pool.MAX_WORKERS]
