"""Owners, permissions, removals and scope."""

import pytest

# Owners


def test_a_maintainer_changes_an_entry_without_review_whatever_the_case(checkout, registry):
    registry.add("weather", title="Sun")
    assert checkout.rules("Example") == []


def test_a_change_by_somebody_else_is_reviewed_and_names_who_decides(checkout, registry):
    registry.add("weather", title="Sun")
    (finding,) = checkout.findings("stranger")
    assert (finding.severity.name, finding.rule) == ("REVIEW", "not-a-maintainer")
    assert "example" in finding.hint


def test_who_adds_himself_as_maintainer_is_none_yet(checkout, registry):
    registry.add("weather", maintainers=["example", "stranger"])
    assert checkout.rules("stranger") == [("REVIEW", "not-a-maintainer"), ("REVIEW", "maintainers-changed")]


def test_a_change_of_maintainers_is_reviewed_whoever_makes_it(checkout, registry):
    registry.add("weather", maintainers=["other"])
    assert checkout.rules("example") == [("REVIEW", "maintainers-changed")] * 2


def test_a_new_entry_names_who_publishes_it(checkout, registry):
    registry.add("clock", maintainers=["me"])
    assert checkout.rules("me") == []
    assert checkout.rules("stranger") == [("REVIEW", "not-a-maintainer")]


def test_records_and_earlier_versions_belong_to_the_entry(checkout, registry):
    registry.prove("weather")
    assert checkout.rules("stranger") == [("REVIEW", "not-a-maintainer")]


def test_an_entry_that_nobody_can_read_anymore_is_still_its_maintainers(checkout, registry):
    registry.write("servers/weather.yaml", "a: [")
    assert checkout.rules("example") == []
    assert checkout.rules("stranger") == [("REVIEW", "not-a-maintainer")]


def test_without_an_author_nobody_is_asked_who_they_are(checkout, registry):
    registry.add("clock", maintainers=["me"])
    assert checkout.rules() == []


# Permissions


@pytest.mark.parametrize("wanted", [{"network": "any"}, {"filesystem": "arguments"}, {"network": ["example.com"]}])
def test_other_permissions_are_reviewed(checkout, registry, wanted):
    registry.add("weather", permissions=wanted)
    assert checkout.rules("example") == [("REVIEW", "permissions-changed")]


def test_saying_what_was_meant_anyway_is_no_change_of_permissions(checkout, registry):
    registry.add("weather", permissions={"network": "none"})
    assert checkout.rules("example") == []


# Removals


def test_a_removed_entry_is_reviewed_with_the_advice_to_withdraw_it(checkout, registry):
    (registry.folder / "servers/weather.yaml").unlink()
    (finding,) = checkout.findings("example")
    assert (finding.severity.name, finding.rule) == ("REVIEW", "removed-entry")
    assert "withdrawn" in finding.hint


def test_a_renamed_entry_needs_its_old_id_in_the_lists(checkout, registry):
    (registry.folder / "servers/weather.yaml").unlink()
    registry.add("forecast", name="io.github.example/weather")
    (finding,) = checkout.findings("example")
    assert (finding.severity.name, finding.rule) == ("FAIL", "renamed-entry")
    assert "`weather: forecast`" in finding.hint
    registry.write("lists.yaml", "renamed: {weather: forecast}\n")
    assert checkout.rules("example") == [("REVIEW", "lists-changed")]


# Scope


def write(checkout, path):
    (checkout.root / path).parent.mkdir(parents=True, exist_ok=True)
    (checkout.root / path).write_text("x")
    checkout.git("add", "--all")


@pytest.mark.parametrize(
    "path",
    [
        "build/hub_build/changes/x.py",
        "launcher/x",
        "schema/x",
        ".github/workflows/x.yml",
        "Makefile",
        ".gitattributes",
    ],
)
def test_a_change_of_what_judges_it_is_reviewed(checkout, path):
    write(checkout, path)
    (finding,) = checkout.findings()
    assert (finding.severity.name, finding.rule) == ("REVIEW", "own-validator")
    assert path in finding.message


def test_other_files_beside_an_entry_are_reviewed_and_listed(checkout, registry):
    registry.add("clock")
    write(checkout, "docs/a.md")
    write(checkout, "b.md")
    (finding,) = checkout.findings()
    assert (finding.severity.name, finding.rule) == ("REVIEW", "mixed-changes")
    assert "`b.md`, `docs/a.md`" in finding.message


def test_other_files_alone_are_no_matter_of_entries(checkout):
    write(checkout, "docs/a.md")
    assert checkout.rules() == []


def test_many_files_are_counted(checkout):
    for number in range(13):
        write(checkout, f"build/{number}")
    (finding,) = checkout.findings()
    assert finding.message.endswith("and 3 more")


def test_the_lists_and_files_that_the_registry_does_not_know_are_reviewed(checkout, registry):
    registry.write("lists.yaml", "aliases: {wx: weather}\n")
    write(checkout, "registry/other/x.txt")
    assert checkout.rules("example") == [("REVIEW", "lists-changed"), ("REVIEW", "unknown-file")]


# Proofs of ownership


def test_an_entry_that_outgrew_its_proof_is_reviewed(checkout, registry):
    registry.prove("weather")
    checkout.git("switch", "--quiet", "main")
    checkout.commit()
    registry.add("weather", title="Sun")
    assert checkout.rules("example") == []
    registry.add("weather", name="io.github.example/forecast")
    assert checkout.rules("example") == [("REVIEW", "ownership-proof"), ("REVIEW", "name-changed")]
