def test_an_edited_version_fails_with_the_way_back(checkout, registry):
    registry.add_version("weather", "1.3.0", title="Another")
    (finding,) = checkout.findings()
    assert (finding.severity.name, finding.rule) == ("FAIL", "published-version")
    assert finding.file == "registry/versions/weather/1.3.0.yaml"
    assert "git checkout" in finding.hint
    assert "yanked" in finding.hint


def test_a_removed_version_fails(checkout, registry):
    (registry.folder / "versions/weather/1.3.0.yaml").unlink()
    assert checkout.rules() == [("FAIL", "published-version")]


def test_the_version_that_was_current_is_kept_as_it_was(checkout, registry):
    registry.add("weather", version="1.5.0")
    registry.add_version("weather", "1.4.0", published="2026-11-21")
    assert checkout.rules() == []


def test_a_version_that_is_kept_otherwise_than_published_fails(checkout, registry):
    registry.add("weather", version="1.5.0")
    registry.add_version("weather", "1.4.0", published="2026-11-21", license="GPL-3.0-only")
    assert checkout.rules() == [("FAIL", "published-version")]


def test_a_version_that_was_never_current_needs_a_person(checkout, registry):
    registry.add_version("weather", "1.2.0")
    assert checkout.rules() == [("REVIEW", "unpublished-version")]


def test_the_hash_of_its_description_may_be_added_to_what_is_kept(registry, checkout):
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    api = {"file": "api.yaml", "baseUrl": "https://example.com"}
    registry.add("clock", packages=..., openapi=api)
    checkout.git("switch", "--quiet", "main")
    checkout.commit()
    registry.add("clock", packages=..., openapi={**api, "file": "api-2.yaml"}, version="2.0.0")
    registry.write("openapi/api-2.yaml", "openapi: 3.1.0\npaths: {/b: {}}\n")
    kept = {"packages": ..., "openapi": {**api, "sha256": "a" * 64}, "published": "2026-11-21"}
    registry.add_version("clock", "1.4.0", **kept)
    assert checkout.rules() == []


def test_versions_move_along_when_a_server_is_renamed(checkout, registry, document):
    (registry.folder / "servers/weather.yaml").unlink()
    (registry.folder / "versions/weather/1.3.0.yaml").unlink()
    same = {key: value for key, value in document("weather").items() if key not in ("id", "version", "published")}
    registry.add("forecast", **same)
    registry.add_version("forecast", "1.3.0", **same)
    registry.write("lists.yaml", "renamed: {weather: forecast}\n")
    assert checkout.rules() == [("REVIEW", "lists-changed")]
