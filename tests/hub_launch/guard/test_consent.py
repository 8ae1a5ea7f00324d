from pathlib import Path

import pytest

from hub_launch.catalog.entry import Permissions
from hub_launch.catalog.lock import Pin, Way
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard import consent
from hub_launch.guard.consent import Asked, approve
from hub_launch.guard.pins import pin_of
from hub_launch.plan import HttpLaunch, StdioLaunch


def describe(launch):
    return consent.describe(Asked(launch))


def stdio(*argv, **rest):
    return StdioLaunch("time", "Time", "npm", argv or ("/opt/bin/npx", "--yes", "time@1"), **rest)


@pytest.fixture
def put():
    """Puts launches before a user who answers; returns what was shown and asked."""

    def make(*launches, answer=None, approved=False):
        seen = []

        def ask(question):
            seen.append(question)
            return answer

        try:
            approve(
                [Asked(launch) for launch in launches],
                approved=approved,
                show=seen.append,
                ask=ask if answer is not None else None,
                command="hub-launch time --yes",
            )
        except HubError as error:
            return seen, error
        return seen, None

    return make


# What is shown


def test_what_the_registry_says_of_it_is_shown_too():
    launch = stdio(permissions=Permissions(network=["a.org"], filesystem="arguments"))
    said = {"publisher": "io.github.a/time 1\nnobody has proved the name", "registry": "public, https://a.example"}
    shown = consent.describe(Asked(launch, **said, shut=lambda one: "bwrap", now=pin_of(launch, None)))
    assert shown.splitlines()[1:] == [
        "  published    io.github.a/time 1",
        "               nobody has proved the name",
        "  registry     public, https://a.example",
        "  runs         /opt/bin/npx --yes time@1",
        "  asks for     network: a.org; files: the files and folders that you name",
        "  sandbox      bwrap",
    ]


def test_what_has_changed_since_it_was_agreed_to_is_shown():
    before = Pin(title="Time", version="1", ways=(Way(kind="npm", command=("/opt/bin/npx", "time@1")),))
    now = Pin(title="Time", version="2", ways=(Way(kind="npm", command=("/opt/bin/npx", "time@2")),))
    assert consent.describe(Asked(stdio(), now=now, before=before)).splitlines()[-2:] == [
        "  changed      version: 1 -> 2",
        "  changed      command: /opt/bin/npx time@1 -> /opt/bin/npx time@2",
    ]


def test_an_own_command_asks_for_nothing_since_nobody_has_said_what_it_needs():
    launch = stdio(own=True, cwd="/home/me/notes")
    shown = consent.describe(Asked(launch, shut=lambda one: "none", now=pin_of(launch, None)))
    assert shown.splitlines()[1:] == [
        "  runs         /opt/bin/npx --yes time@1",
        "  in           /home/me/notes",
        "  sandbox      none",
    ]


def test_no_variable_of_an_own_command_hides_a_word_of_it():
    hidden = {"secrets": frozenset(["rm -rf /", "k3y-of-mine"]), "confided": frozenset(["k3y-of-mine"])}
    assert "'rm -rf /' '***'" in describe(stdio("/bin/sh", "-c", "rm -rf /", "k3y-of-mine", own=True, **hidden))


def test_each_way_is_shown_with_how_it_is_shut_in():
    launch = stdio(alternatives=(stdio("/opt/bin/docker", "run"),))
    shown = consent.describe(Asked(launch, shut=lambda one: f"by {one.argv[0]}"))
    assert [line for line in shown.splitlines() if "sandbox" in line] == [
        "  sandbox      by /opt/bin/npx",
        "  sandbox      by /opt/bin/docker",
    ]


def test_a_local_server_is_shown_with_its_exact_command():
    assert describe(stdio("/opt/bin/npx", "--yes", "time@1", "a b")) == (
        "time: Time (npm)\n  runs         /opt/bin/npx --yes time@1 'a b'"
    )


def test_where_its_package_is_installed_and_started_from_is_shown():
    asked = Asked(stdio(declared=("TOKEN",)), packages=lambda launch: Path("/cache/pack\nages"))
    shown = consent.describe(asked)
    assert shown.splitlines()[1:] == [
        "  runs         /opt/bin/npx --yes time@1",
        r"  from         /cache/pack\nages,",
        "               installed there once and started by its own program",
        "  with         TOKEN",
    ]


def test_an_image_is_the_engines_and_installed_nowhere_else():
    asked = Asked(stdio("/usr/bin/podman", "run", contained=True), packages=lambda launch: Path("/cache/packages"))
    assert consent.describe(asked).splitlines()[2:] == ["  from         the images of podman, which fetches it once"]


def test_what_is_started_when_that_fails_is_shown_too():
    far = HttpLaunch("time", "Time", "remote", "streamable-http", "https://time.example/mcp")
    shown = describe(stdio(alternatives=(far, stdio("/opt/bin/uvx", "time"))))
    assert shown.splitlines()[1:] == [
        "  runs         /opt/bin/npx --yes time@1",
        "  if that fails (remote)",
        "  connects to  https://time.example/mcp",
        "  if that fails (npm)",
        "  runs         /opt/bin/uvx time",
    ]


def test_how_many_of_it_run_is_shown():
    assert describe(stdio(instances=3)).splitlines()[-1] == "  instances    3"


def test_a_long_command_is_shown_to_its_end():
    assert describe(stdio("/opt/bin/npx", "x" * 10_000, "--evil")).endswith("x --evil")


def test_the_variables_that_it_is_given_are_named():
    shown = describe(stdio(env={"PATH": "/", "TOKEN": "hunter2", "MODE": "x"}, declared=("TOKEN", "MODE")))
    assert shown.endswith("\n  with         TOKEN, MODE")
    assert "hunter2" not in shown


def test_a_remote_is_shown_with_its_address_and_the_names_of_headers():
    launch = HttpLaunch(
        "far",
        "Far",
        "remote",
        "sse",
        "https://a.example/k3y/sse",
        {"Authorization": "Bearer hunter2"},
        frozenset({"k3y"}),
    )
    assert describe(launch) == (
        "far: Far (remote)\n  connects to  https://a.example/***/sse\n  with headers Authorization"
    )


def test_a_secret_argument_is_masked():
    shown = describe(stdio("/opt/bin/npx", "--token", "it's hunter2", secrets=frozenset({"it's hunter2"})))
    assert "hunter2" not in shown
    assert "***" in shown


@pytest.mark.parametrize("hostile", ["\x1b[2K\x1b[1A", "\r", "\n  runs         /bin/true", "\u202e", "\u200b"])
def test_nothing_in_a_launch_can_hide_what_is_shown(hostile):
    launches = [
        stdio("/opt/bin/npx", f"a{hostile}b"),
        StdioLaunch("time", f"Time{hostile}", "npm", ("/x",)),
        stdio(declared=(f"A{hostile}",)),
        HttpLaunch("far", f"Far{hostile}", "remote", "sse", f"https://a{hostile}", {f"X{hostile}": ""}),
    ]
    for launch in launches:
        shown = describe(launch)
        assert hostile not in shown
        assert ascii(hostile)[1:-1] in shown
        assert len(shown.splitlines()) <= 3


# Who agrees


def test_a_user_who_says_yes_is_asked_once_after_seeing_everything(put):
    one, two = stdio(), HttpLaunch("far", "Far", "remote", "sse", "https://a.example")
    seen, error = put(one, two, answer="y")
    assert error is None
    assert seen == [f"{describe(one)}\n\n{describe(two)}", "Start these 2 servers? [y/N] "]


@pytest.mark.parametrize("answer", ["y", "Y", "yes", " YES "])
def test_yes_has_a_few_spellings(put, answer):
    assert put(stdio(), answer=answer) == ([describe(stdio()), "Start this server? [y/N] "], None)


@pytest.mark.parametrize("answer", ["", "n", "no", "yeah", "1", "y e s"])
def test_anything_else_is_no(put, answer):
    _, error = put(stdio(), answer=answer)
    assert error.code == ExitCode.CONSENT
    assert error.message == "Nothing was started"


def test_approved_beforehand_is_shown_and_not_asked(put):
    assert put(stdio(), approved=True, answer="n") == ([describe(stdio())], None)


def test_without_a_terminal_nothing_is_approved_and_the_command_that_would_is_named(put):
    seen, error = put(stdio())
    assert seen == [describe(stdio())]
    assert error.code == ExitCode.CONSENT
    assert error.hint == "to approve them: `hub-launch time --yes`"


def test_nothing_to_start_needs_no_consent(put):
    assert put()[1] is None
