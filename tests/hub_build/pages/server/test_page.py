"""The page of a server: what it says, that it is honest about what it does not know, and that text stays text."""

import json
import re

import pytest

from hub_build.pages.related import Neighbour
from hub_build.pages.server.seen import MAX_DETAILS, MAX_RAW
from hub_launch.catalog.recorded import tools_digest

HOSTILE = "<script>alert(1)</script>"
BIDI = "\u202eevil\u2066"
# Of the issue; the frame is some nine of them.
MAX_BYTES = 60_000


def tool(name, **changes):
    return {"name": name, "inputSchema": {"type": "object"}} | changes


def record(registry, definitions, **changes):
    """A record with these tools; None for one that never listed any."""
    document = {"id": "weather", "version": "1.4.0", "outcome": "passed", "date": "2026-11-20"}
    if definitions is not None:
        document |= {"tools": definitions, "toolsSha256": tools_digest(definitions)}
    registry.folder.joinpath("recorded").mkdir(exist_ok=True)
    registry.write("recorded/weather.json", json.dumps(document | changes))


def test_a_server_that_nobody_tried_says_so(registry, page):
    registry.add(icons=[{"src": "https://example.com/icon.png"}])
    text = page()
    assert "Nobody has recorded yet what it offers." in text
    assert "Nobody has proved yet to be io.github.example/weather" in text
    # A letter in the place of a picture that another host would have to be asked for.
    assert re.search(r'class="hub-tile" data-tone="\d" aria-hidden="true">W<', text)
    assert "icon.png" not in text


def test_a_test_that_could_not_be_made_is_told_with_its_reason(registry, page):
    registry.add()
    record(registry, None, outcome="needs", reason="it wants a key")
    assert "Not tested: it needs credentials: it wants a key. So nobody has seen what it offers." in page()


def test_recorded_tools_have_their_schemas_as_tables_and_as_json(registry, page):
    registry.add()
    schema = {
        "type": "object",
        "properties": {"place": {"type": "string", "description": "Where."}},
        "required": ["place"],
    }
    record(registry, [tool("forecast", description="Look ahead. Slowly.", inputSchema=schema)], startSeconds=0.48)
    text = page()
    assert "<code>forecast</code>" in text
    assert re.search(r"<code>place</code> <span[^>]*>required</span></td><td>string</td><td>Where\.", text)
    assert "&#34;required&#34;: [" in text
    assert "0.48 s" in text
    assert 'href="../../recorded/weather.json"' in text


def test_hints_are_shown_as_words(registry, model):
    registry.add()
    record(registry, [tool("a", annotations={"readOnlyHint": True}), tool("b", annotations={"destructiveHint": True})])
    assert [[hint.text for hint in one.hints] for one in model().record.tools] == [
        ["reads only"],
        ["may delete or overwrite"],
    ]


def test_a_page_stays_small_however_many_tools_there_are(registry, page, model):
    registry.add()
    properties = {f"p{number}": {"type": "string", "description": "What it is for. " * 4} for number in range(12)}
    given = {"description": "Does it. " * 60, "inputSchema": {"type": "object", "properties": properties}}
    record(registry, [tool(f"tool-{number:03}", **given) for number in range(150)])
    text = page()
    assert len(text.encode()) <= MAX_BYTES
    assert "tool-149" in text
    shown = model().record.tools
    assert [shown[0].detailed, shown[-1].detailed] == [True, False]
    assert not any(one.raw for one in shown)


def test_bounds_leave_room_for_the_rest_of_a_page():
    assert MAX_DETAILS + MAX_RAW < MAX_BYTES / 3


def test_standing_is_said_before_all_else(registry, page):
    registry.add(status="deprecated")
    text = page()
    assert "<strong>Deprecated.</strong>" in text
    assert 'id="install"' in text


def test_a_withdrawn_server_is_not_installed(registry, page):
    registry.add()
    registry.write("lists.yaml", 'withdrawn: [{id: weather, reason: It was taken over., date: "2026-11-01"}]\n')
    text = page()
    assert "<strong>Withdrawn.</strong> It was taken over. (2026-11-01)" in text
    assert 'id="install"' not in text
    assert "cursor:" not in text


def test_versions_say_what_changed(registry, model):
    registry.add(permissions={"network": ["api.example.com"]}, license="Apache-2.0")
    registry.add_version("weather", "1.3.0")
    registry.add_version("weather", "1.2.0", published="2026-01-01")
    registry.write("lists.yaml", 'yanked: [{id: weather, version: 1.2.0, reason: Broken., date: "2026-11-01"}]\n')
    now, before, first = model().releases
    assert (now.version, before.version, first.version) == ("1.4.0", "1.3.0", "1.2.0")
    assert now.changes == ("network: api.example.com, was none", "licence Apache-2.0, was MIT")
    assert before.changes == ()
    assert first.problem == "Broken."


def test_what_became_of_the_tools_is_told_where_both_versions_were_seen(registry, model):
    registry.add()
    registry.add_version("weather", "1.3.0")
    registry.add_version("weather", "1.2.0", published="2026-01-01")
    registry.record_earlier(tools=("forecast", "history"))
    record(registry, [tool("forecast", description="Now with words."), tool("alerts")])
    now, before, _ = model().releases
    assert now.changes == ("new tool alerts", "tool history is gone", "tool forecast changed (description)")
    # Of the one before it nothing is on record.
    assert before.changes == ()


def test_new_parameters_and_packages_are_changes(registry, model):
    variable = {"name": "KEY", "isRequired": True, "isSecret": True}
    (package,) = registry.document()["packages"]
    registry.add(packages=[package | {"identifier": "@other/weather", "environmentVariables": [variable]}])
    registry.add_version()
    assert model().releases[0].changes == (
        "takes KEY",
        "package @other/weather is new",
        "package @example/weather is gone",
    )


def test_a_proof_says_who_said_it(registry, page):
    registry.add()
    registry.prove()
    text = page()
    assert "verified publisher" in text
    assert "Whoever publishes @example/weather on npm says in it that this is io.github.example/weather" in text


def test_permissions_are_sentences(registry, page):
    registry.add(permissions={"network": "any", "filesystem": "arguments"})
    text = page()
    assert "Any host on the internet." in text
    assert "Only the files and folders that you name" in text


def test_related_servers_are_links(registry, page):
    registry.add()
    text = page(related=(Neighbour("clock", "Clock", "The time."),))
    assert '<a href="../../servers/clock/">Clock</a>' in text


@pytest.mark.parametrize("text", [HOSTILE, f'"><img src=x onerror=alert(1)>{BIDI}', "x" * 100, "'{{ 7*7 }}{% raw %}"])
def test_text_of_publishers_stays_text(registry, page, text):
    registry.add(title=text, description=text, documentation=text)
    schema = {"properties": {text: {"enum": [text]}}}
    seen = {
        "prompts": [{"name": text, "arguments": [{"name": text}]}],
        "resources": [{"uri": text, "name": text}],
        "instructions": text,
    }
    record(registry, [tool(text[:60], description=text, title=text, inputSchema=schema)], **seen)
    shown = page()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    # What templates would calculate.
    assert "49" not in shown[shown.index("<h1>") : shown.index("</h1>")]


def test_what_is_declared_otherwise_than_the_protocol_says_breaks_nothing(registry, page):
    registry.add()
    odd = [tool("a", description=None, annotations=None, inputSchema=None), tool("b", title=3, outputSchema=[1])]
    record(registry, odd, prompts=[{"name": "p", "arguments": "x"}], resources=[{"name": "r"}])
    assert "<code>b</code>" in page()
