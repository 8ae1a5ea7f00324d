import re

from hub_build.pages.data import statistics
from hub_build.traits import FILESYSTEMS, NETWORKS


def model(views):
    return views(statistics)["statistics/index.html"].model


def counts(views, title):
    plot = next(plot for plot in model(views).plots if plot.title == title)
    return {bar.label: bar.count for bar in plot.bars if bar.count}


def test_every_permission_has_words():
    assert set(statistics.NETWORK_WORDS) == set(NETWORKS)
    assert set(statistics.FILESYSTEM_WORDS) == set(FILESYSTEMS)


def test_servers_are_counted_by_what_they_are_like(registry, views):
    registry.add("weather", permissions={"network": "any", "filesystem": "arguments"}, license="Apache-2.0")
    registry.record("weather", tools=("a", "b"), startSeconds=0.7)
    registry.add("climate", permissions={"network": ["example.com"]})
    assert counts(views, "Ways to start") == {"npm": 2}
    assert counts(views, "Licences") == {"Apache-2.0": 1, "MIT": 1}
    assert counts(views, "Network") == {"any host": 1, "hosts that it names": 1}
    assert counts(views, "Files") == {"what the user names": 1, "no files": 1}
    assert counts(views, "Start time") == {"0.5 to 1 s": 1}
    assert counts(views, "Tools a server") == {"2 to 5": 1}


def test_totals_leave_out_what_was_withdrawn(registry, views):
    registry.add("weather")
    registry.add_version("weather")
    registry.record("weather", tools=("a", "b"))
    registry.prove("weather")
    registry.add("bad", status="withdrawn", name="com.example/bad")
    totals = {words: number for number, words in model(views).totals}
    assert totals == {
        "servers": 1, "versions": 3, "publishers": 1, "verified": 1, "passed their test": 1, "tools": 2,
    }  # fmt: skip


def test_a_server_came_with_its_first_version(registry, views):
    registry.add("weather", published="2026-11-21")
    registry.add_version("weather", published="2026-01-02")
    servers, versions = model(views).growth
    assert servers.rows == (("2026-01-02", 1),)
    assert versions.rows == (("2026-01-02", 1), ("2026-11-21", 2))


def test_every_drawing_has_a_name_and_its_numbers_as_a_table(registry, pages):
    registry.add("weather")
    registry.add("climate", published="2026-01-02")
    registry.record("weather", startSeconds=1.5)
    text = pages(statistics)["statistics/index.html"]
    names = re.findall(r'<svg class="hub-plot__drawing" role="img" aria-labelledby="([^"]+)"', text)
    assert len(names) == len(set(names)) == 8
    assert all(f'<figcaption id="{name}">' in text for name in names)
    assert text.count("<summary>Numbers</summary>") == 8


def test_what_came_on_one_day_is_a_sentence_and_no_curve(registry, pages):
    registry.add()
    assert "All 1 came on 2026-11-21." in pages(statistics)["statistics/index.html"]


def test_nothing_is_drawn_with_styles_that_our_policy_forbids(registry, pages):
    registry.add()
    assert "style=" not in pages(statistics)["statistics/index.html"]
