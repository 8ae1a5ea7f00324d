"""The entries of site_src/docs/containers.md are entries."""

import re
from pathlib import Path

import pytest
import yaml

from hub_build.would_run import would_run
from hub_launch.catalog import Entry
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Verdict
from hub_launch.judge.registry import read_registry

PAGE = Path(__file__).parents[2] / "site_src/docs/containers.md"
SHOWN = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_shown_can_be_started(registry, text):
    registry.add("weather", **yaml.safe_load(text))
    (source,) = read_registry(registry.folder).sources
    assert isinstance(source.entry, Entry)
    assert [would.problem for would in would_run(source.entry)] == [""]


@pytest.mark.parametrize("text", SHOWN)
def test_the_checks_find_nothing_wrong_with_it(registry, text):
    registry.add("weather", **yaml.safe_load(text))
    findings = run_checks(read_registry(registry.folder))
    assert [one.message for one in findings if one.severity is Verdict.FAIL] == []
