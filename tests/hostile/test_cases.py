"""What is promised whatever one server does: it harms itself alone. The cases are the files of `servers/`."""

import pytest

# The evil server's own, and what the hub's environment holds; see conftest.py.
SECRETS = (b"hush-0123456789abcdef", b"own-0123456789abcdef")
# What one server may cost the hub: a line of the longest length that is read, as some copies of it on its way through.
MAX_MEMORY_BYTES = 160 * 1024 * 1024
# What one server may leave on disk: its log and the log before, and a little of the hub's own.
MAX_DISK_BYTES = 4 * 1024 * 1024


async def test_a_hostile_server_harms_itself_alone(case, see):
    seen = await see(case)
    broken = {promise.__name__: problem for promise in PROMISES if (problem := _problem(promise, seen))}
    known = case.broken
    if news := [f"{name}: {problem}" for name, problem in broken.items() if name not in known]:
        pytest.fail("\n\n".join([f"{case.name} broke a promise", *news]), pytrace=False)
    if broken:
        pytest.xfail("; ".join(f"{name}: {known[name]}" for name in broken))


def test_cases_speak_of_promises_that_there_are(cases):
    known = {promise.__name__ for promise in PROMISES}
    assert [case.name for case in cases if not set(case.broken) <= known] == []


def _problem(promise, seen):
    try:
        promise(seen)
    except AssertionError as error:
        return str(error)
    return ""


def others_answer(seen):
    """The hub lives, and every call of another server is answered in time, before, meanwhile and after."""
    assert seen.alive
    assert seen.answers > 0
    assert seen.missed == []


def others_are_listed(seen):
    assert "good_echo" in seen.tools


def state(seen):
    assert seen.status["state"] in seen.case.states, seen.status


def tools(seen):
    """What is listed of it is what a client can use."""
    shown = [name.removeprefix("evil_") for name in seen.tools if name.startswith("evil_")]
    assert shown == (seen.case.tools if seen.ready else [])


def reason(seen):
    """Whoever calls it is told which server is concerned, and what is wrong with it."""
    if seen.said:
        assert seen.said.is_error == (seen.call == "refused"), seen.said
        for words in seen.case.wanted.get("says", ()):
            assert words in seen.said.text
        if seen.call == "refused":
            assert "'evil'" in seen.said.text


def hint(seen):
    """Whoever calls it is told what to do: it stands behind the reason, in brackets; or whether to try again."""
    if seen.call == "refused":
        told = seen.said.text.rstrip()
        assert told.endswith(")") or "; try again" in told, told


def note(seen):
    """What was left out or put right is noted."""
    told = seen.written["hub.log"].decode() + "".join(str(one) for one in seen.statuses)
    for words in seen.case.wanted.get("noted", ()):
        assert words in told


def printable(seen):
    """Nothing that is said about it moves a terminal's cursor or hides words."""
    for status in seen.statuses:
        assert (status["reason"] + status["hint"]).isprintable()
    if seen.call == "refused":
        assert seen.said.text.isprintable()


def secrets(seen):
    """Nobody is told a secret, and none is kept: not the server's own, nor those of whoever runs the hub."""
    for secret in SECRETS:
        assert not seen.said or secret.decode() not in seen.said.text
        assert [name for name, data in seen.written.items() if secret in data] == []


def memory(seen):
    assert seen.memory < MAX_MEMORY_BYTES


def disk(seen):
    assert sum(map(len, seen.written.values())) < MAX_DISK_BYTES


def fetches(seen):
    """Nothing is fetched because it said so."""
    assert seen.fetched == 0


def end(seen):
    """The hub ends when it is told to, and no process is left."""
    assert seen.ended
    assert not seen.left


def foreseen(seen):
    """Nothing raised what nobody expected."""
    assert "Traceback" not in seen.written["hub.out"].decode()
    assert "Traceback" not in seen.written["hub.log"].decode()


PROMISES = (
    others_answer,
    others_are_listed,
    state,
    tools,
    reason,
    hint,
    note,
    printable,
    secrets,
    memory,
    disk,
    fetches,
    end,
    foreseen,
)
