from hub_build.verdicts import LABELS, judge
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Finding, Verdict
from hub_launch.judge.registry import read_registry, shown


def judged(registry, *more, only=None):
    read = read_registry(registry.folder)
    return judge(read, [*run_checks(read), *more], read.files, only, None)


def verdicts(report):
    return {one.id: one.verdict.name for one in report.entries}


def finding(file, severity=Verdict.REVIEW):
    return Finding(file, 1, None, "", severity, "rule", "message")


def test_every_entry_has_the_worst_of_what_was_found_about_it(registry):
    registry.add("clock")
    path = registry.add("weather")
    report = judged(registry, finding(shown(path)), finding(shown(path), Verdict.FAIL))
    assert verdicts(report) == {"clock": "OK", "weather": "FAIL"}
    assert report.verdict is Verdict.FAIL


def test_a_file_that_cannot_be_read_is_an_entry_that_fails(registry):
    registry.write("servers/weather.yaml", "a: [")
    assert verdicts(judged(registry)) == {"weather": "FAIL"}


def test_earlier_versions_and_proofs_count_for_their_entry(registry):
    registry.add("weather")
    version = registry.add_version("weather", "1.3.0")
    proof = registry.prove("weather")
    for file in (shown(version), shown(proof)):
        assert verdicts(judged(registry, finding(file))) == {"weather": "REVIEW"}


def test_an_api_description_counts_for_all_entries_that_use_it(registry):
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {}\n")
    for id_ in ("clock", "weather"):
        registry.add(id_, packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    assert verdicts(judged(registry)) == {"clock": "FAIL", "weather": "FAIL"}


def test_what_is_about_no_entry_counts_for_the_whole(registry):
    registry.add("weather")
    report = judged(registry, finding("README.md"))
    assert verdicts(report) == {"weather": "OK"}
    assert [one.file for one in report.others] == ["README.md"]
    assert report.verdict is Verdict.REVIEW


def test_labels_are_of_a_closed_list(registry):
    registry.add("weather")
    report = judged(registry)
    assert report.labels == ("verdict-ok",)
    assert set(report.labels) <= set(LABELS)
