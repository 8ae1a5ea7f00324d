from hub_build.pages.data.facts import LastRun, facts_of, read_facts


def test_a_row_is_read_as_it_was_written(registry, compiled, rows):
    registry.add("weather", tags=["rain"], permissions={"network": ["api.example.com"], "filesystem": "arguments"})
    registry.record(
        "weather", tier="bwrap", startSeconds=1.5, started={"kind": "npm", "identifier": "@example/weather"}
    )
    registry.prove("weather")
    registry.add("plain")
    assert read_facts(tuple(rows())) == [facts_of(server) for server in compiled().servers]


def test_facts_are_what_entry_record_and_proof_say(registry, rows):
    registry.add("weather", tags=["rain"], permissions={"network": ["api.example.com"], "filesystem": "arguments"})
    registry.record(
        "weather", tier="bwrap", startSeconds=1.5, started={"kind": "npm", "identifier": "@example/weather"}
    )
    registry.prove("weather")
    one = read_facts(tuple(rows()))[0]
    assert (one.id, one.namespace, one.verified) == ("weather", "io.github.example", "2026-11-20")
    assert (one.network, one.filesystem, one.licence, one.maintainers) == ("hosts", "arguments", "MIT", ("example",))
    assert one.run == LastRun("passed", "2026-11-20", "", "npm", "bwrap", 1.5, 1)


def test_a_server_without_record_or_proof_has_neither(registry, rows):
    registry.add("weather")
    one = read_facts(tuple(rows()))[0]
    assert (one.run, one.verified, one.network) == (None, "", "none")


def test_what_a_server_wants_is_the_reason_why_it_did_not_start(registry, rows):
    registry.add("weather")
    registry.record("weather", outcome="needs", needs=["WEATHER_KEY", "WEATHER_USER"], tools=None)
    run = read_facts(tuple(rows()))[0].run
    assert (run.outcome, run.reason, run.tools) == ("needs", "WEATHER_KEY, WEATHER_USER", None)
