import re

import pytest

from hub_build.cli.markdown import as_markdown, code
from hub_build.verdicts import judge
from hub_launch.judge.checks import run_checks
from hub_launch.judge.registry import read_registry


@pytest.fixture
def summary(registry, monkeypatch):
    monkeypatch.chdir(registry.folder.parent)

    def summary(link=""):
        read = read_registry(registry.folder)
        return as_markdown(judge(read, run_checks(read), read.files, None, None), link)

    return summary


def test_a_good_entry_is_shown_with_what_it_runs_and_may(registry, summary):
    registry.add("weather", permissions={"network": ["api.example.com"], "filesystem": "none"})
    text = summary()
    assert text.startswith("## ✅ OK\n")
    assert "| ` weather ` | ✅ OK | - | ` 1.4.0 ` | ` api.example.com ` | ` none ` |" in text
    assert "- runs ` npx --yes @example/weather@1.4.0 `" in text


def test_findings_have_the_place_the_value_and_the_way_out(registry, summary):
    registry.add("weather", title=..., titel="Weather")
    text = summary("https://example.com/blob/abc/")
    assert re.search(
        r"\[` registry/servers/weather.yaml:\d+ `\]\(https://example.com/blob/abc/registry/servers/weather", text
    )
    assert "` did you mean `title`? `" in text.replace("`` ", "` ").replace(" ``", " `")


@pytest.mark.parametrize(
    "text",
    [
        "`", "``", "a ``` b", "</code><img src=x onerror=alert(1)>", "@everyone #1 https://evil.example",
        "[x](javascript:alert(1))", "a\n\n## Approved\n", "\u202egnp.exe", "| a | b |",
    ],
)  # fmt: skip
def test_whatever_a_stranger_writes_stays_in_its_code_span(text):
    span = code(text)
    fence = re.match("`+", span).group()
    assert span.endswith(fence)
    inner = span.removeprefix(fence).removesuffix(fence)
    assert not re.search(rf"(?<!`){fence}(?!`)", inner)
    assert "\n" not in span
    assert "\u202e" not in span


def test_a_strangers_text_opens_nothing_in_the_summary(registry, summary):
    registry.add("weather", title="` | </td> <script>", description="a | b ` @everyone")
    text = summary()
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "<script>" not in outside
    assert "@everyone" not in outside


def test_many_entries_and_findings_are_counted_rather_than_shown(registry, summary, monkeypatch):
    monkeypatch.setattr("hub_build.cli.markdown.MAX_ENTRIES", 1)
    monkeypatch.setattr("hub_build.cli.markdown.MAX_FINDINGS", 1)
    registry.add("clock", title=...)
    registry.add("weather", title=...)
    text = summary()
    assert "1 more servers are not shown here" in text
    assert "1 more findings" in text
