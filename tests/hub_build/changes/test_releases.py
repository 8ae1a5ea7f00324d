import pytest

PACKAGE = {
    "registryType": "npm",
    "identifier": "@example/weather",
    "version": "1.4.0",
    "transport": {"type": "stdio"},
}
ARGUMENT = {"type": "positional", "valueHint": "place", "description": "Where."}


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Sun and rain"},
        {"description": "Rain, mostly."},
        {"documentation": "Long."},
        {"tags": ["rain"]},
        {"license": "Apache-2.0"},
        {"status": "deprecated"},
        {"smoke": {"calls": [{"tool": "forecast"}]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_text_may_change_at_any_time(checkout, registry, change):
    registry.add("weather", **change)
    assert checkout.rules() == []


@pytest.mark.parametrize(
    "change",
    [
        {"packages": [{**PACKAGE, "version": "1.5.0"}]},
        {"packages": [{**PACKAGE, "integrity": "sha512-" + "B" * 86 + "=="}]},
        {"packages": [{**PACKAGE, "packageArguments": [ARGUMENT]}]},
        {"remotes": [{"type": "sse", "url": "https://example.com/sse"}]},
        {"module": {"path": "weather"}},
        {"packages": ..., "openapi": {"file": "api.yaml", "baseUrl": "https://example.com"}},
    ],
    ids=["version", "integrity", "arguments", "remotes", "module", "openapi"],
)
def test_what_runs_changes_with_a_new_version_only(checkout, registry, change):
    registry.add("weather", **change)
    assert ("FAIL", "same-version") in checkout.rules()


def test_the_finding_is_at_what_changed(checkout, registry):
    registry.add("weather", packages=[{**PACKAGE, "version": "1.5.0"}])
    (finding,) = checkout.findings()
    assert finding.pointer == "/packages"
    assert finding.message == "`packages` changed, and `version` is still `1.4.0`"


def test_words_about_an_argument_are_text(checkout, registry):
    registry.add("weather", version="1.5.0", packages=[{**PACKAGE, "packageArguments": [ARGUMENT]}])
    registry.add_version("weather", "1.4.0", published="2026-11-21")
    checkout.commit("next")
    better = {**ARGUMENT, "description": "The place.", "placeholder": "Paris"}
    registry.add("weather", version="1.5.0", packages=[{**PACKAGE, "packageArguments": [better]}])
    assert checkout_of(checkout, "change") == []


def checkout_of(checkout, base):
    from hub_build.changes import check_changes

    return check_changes(checkout.branch(base))


def test_the_description_of_an_api_changes_with_a_new_version_only(checkout, registry):
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.add("clock", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    checkout.git("switch", "--quiet", "main")
    checkout.commit()
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/b: {}}\n")
    (finding,) = checkout.findings()
    assert (finding.file, finding.rule) == ("registry/servers/clock.yaml", "same-version")


def test_a_new_version_keeps_the_old_one(checkout, registry):
    registry.add("weather", version="1.5.0")
    (finding,) = checkout.findings()
    assert (finding.severity.name, finding.rule) == ("FAIL", "version-not-kept")
    assert "registry/versions/weather/1.4.0.yaml" in finding.hint


def test_the_day_of_a_version_does_not_change(checkout, registry):
    registry.add("weather", published="2026-11-20")
    assert checkout.rules() == [("FAIL", "published-date")]


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-22"], ids=["before the last version", "in the future"])
def test_a_new_version_has_a_day_that_can_be(checkout, registry, day):
    registry.add("weather", version="1.5.0", published=day)
    registry.add_version("weather", "1.4.0", published="2026-11-21")
    assert checkout.rules() == [("FAIL", "published-date")]


def test_another_name_needs_a_person(checkout, registry):
    registry.add("weather", name="io.github.example/forecast")
    assert checkout.rules() == [("REVIEW", "name-changed")]
