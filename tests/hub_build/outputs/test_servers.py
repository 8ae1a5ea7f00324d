"""`servers.md`: what the last smoke test of each server came to."""


def table(files):
    head, _, rows = files["servers.md"].decode().partition("|---|\n")
    return head, [row.strip("| ").split(" | ") for row in rows.splitlines()]


def test_each_server_has_a_line_with_what_was_seen_of_it(registry, build):
    registry.add("clock")
    registry.add("weather")
    seen = {"tier": "bwrap", "startSeconds": 1.24, "calls": [{"tool": "forecast", "passed": True}]}
    registry.record("weather", ["forecast", "alerts"], **seen)
    head, (clock, weather) = table(build(registry).files)
    assert clock[:4] == ["clock", "npm", "` 1.4.0 `", "no test on record"]
    assert weather[:8] == ["weather", "npm", "` 1.4.0 `", "passed", "bwrap", "1.2 s", "2", "1/1"]
    assert "2 servers: 1 no test on record, 1 passed. 1 were started and listed tools; 1 answered a call." in head


def test_what_kept_a_server_from_more_is_said(registry, build):
    registry.add("weather")
    changes = {"outcome": "needs", "needs": ["KEY"], "reason": "exited with code 1: KEY | is not set"}
    registry.record("weather", None, **changes)
    _, (weather,) = table(build(registry).files)
    assert weather[-1] == "` needs KEY; exited with code 1: KEY ¦ is not set `"


def test_a_withdrawn_server_is_left_out(registry, build):
    registry.add("weather", status="withdrawn")
    assert table(build(registry).files)[1] == []
