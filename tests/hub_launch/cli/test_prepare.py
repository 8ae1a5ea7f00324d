import io

import pytest

from hub_launch.cli.prepare import Prepared, Unplanned, prepare
from hub_launch.cli.terminal import Terminal
from hub_launch.errors import ExitCode, HubError


@pytest.fixture(autouse=True)
def _npx(fake_npx):
    fake_npx()


@pytest.fixture
def needy(entry, npm):
    """A server that needs a folder, a mode and a secret."""
    return entry(
        "needy",
        packages=[
            npm(
                packageArguments=[
                    {
                        "type": "positional",
                        "valueHint": "folder",
                        "isRequired": True,
                        "description": "Where to look.",
                        "placeholder": "~/x",
                    },
                    {"type": "named", "name": "--mode", "isRequired": True, "choices": ["a", "b"]},
                ],
                environmentVariables=[{"name": "NEEDY_TOKEN", "isRequired": True, "isSecret": True}],
            )
        ],
    )


@pytest.fixture
def ready(settings):
    """Prepares ids at a terminal; returns the result and what the terminal showed."""

    def make(*ids, given=None, interactive=False):
        terminal = Terminal(io.StringIO(), io.StringIO(), interactive)
        return prepare(ids, given or {}, settings, terminal), terminal.err.getvalue()

    return make


def test_servers_are_launched_in_the_order_given_each_once(ready, publish, entry):
    publish([entry("aa"), entry("bb")])
    prepared, shown = ready("bb", "aa", "bb@1.2.3")
    assert [launch.id for launch in prepared.launches] == ["bb", "aa"]
    assert shown == ""


def test_a_server_that_cannot_be_planned_stays_beside_the_others(ready, publish, entry, needy):
    publish([entry("aa"), needy])
    prepared, _ = ready("needy", "aa")
    assert [launch.id for launch in prepared.launches] == ["aa"]
    (unplanned,) = prepared.unplanned
    assert (unplanned.id, unplanned.title, unplanned.kind) == ("needy", "Needy", "npm")
    assert unplanned.error.message == "needy needs folder, mode, NEEDY_TOKEN"


def test_a_broken_document_costs_its_own_server_alone(ready, publish, entry, tmp_path):
    site = publish([entry("aa"), entry("bb")])
    (path,) = (site / "entries" / "bb").iterdir()
    path.write_bytes(b"{}")
    prepared, _ = ready("aa", "bb")
    assert [launch.id for launch in prepared.launches] == ["aa"]
    assert "not what the index promises" in prepared.unplanned[0].error.message


def test_values_on_the_command_line_are_the_servers_own(ready, publish, needy, entry):
    publish([needy, entry("aa")])
    given = {"needy": {"folder": ["/x"], "mode": ["a"], "NEEDY_TOKEN": ["hunter2"]}}
    prepared, _ = ready("needy", "aa", given=given)
    assert prepared.launches[0].argv[-3:] == ("/x", "--mode", "a")
    assert prepared.launches[0].env["NEEDY_TOKEN"] == "hunter2"
    assert "NEEDY_TOKEN" not in prepared.launches[1].env


def test_what_is_missing_is_asked_for_at_a_terminal_and_secrets_are_not_shown(
    ready, publish, needy, answers, monkeypatch
):
    publish([needy])
    answers("/x", "b")
    asked = []
    monkeypatch.setattr("getpass.getpass", lambda question, stream: asked.append(question) or "hunter2")
    prepared, shown = ready("needy", interactive=True)
    assert prepared.launches[0].argv[-3:] == ("/x", "--mode", "b")
    assert prepared.launches[0].env["NEEDY_TOKEN"] == "hunter2"
    assert asked == ["  NEEDY_TOKEN: "]
    assert shown == (
        "needy needs folder: Where to look; for example ~/x\n  folder: "
        "needy needs mode: one of a, b\n  mode: "
        "needy needs NEEDY_TOKEN\n"
    )


def test_no_answer_is_an_error_that_says_how_to_give_one(ready, publish, needy, answers):
    publish([needy])
    answers("")
    prepared, _ = ready("needy", interactive=True)
    error = prepared.unplanned[0].error
    assert (error.message, error.hint) == ("needy needs folder", "add --set needy.folder=…")


def test_a_question_cannot_command_the_terminal(ready, publish, entry, npm, answers):
    argument = {"type": "positional", "valueHint": "x", "isRequired": True, "description": "a\x1b[2Jb"}
    publish([entry("aa", packages=[npm(packageArguments=[argument])])])
    answers("1")
    _, shown = ready("aa", interactive=True)
    assert "aa needs x: a\\x1b[2Jb\n" in shown


def test_a_deprecated_server_is_started_with_a_note(ready, publish, entry):
    publish([entry("old", status="deprecated")])
    prepared, shown = ready("old")
    assert prepared.launches
    assert shown.startswith("note: old is deprecated; ")


def test_a_parameter_of_a_server_that_is_not_started_is_refused(ready, publish, entry):
    publish([entry("aa"), entry("bb")])
    with pytest.raises(HubError, match="bb is not among the servers to start") as caught:
        ready("aa", given={"bb": {"x": ["1"]}})
    assert caught.value.code == ExitCode.USAGE
    assert caught.value.hint == "they are aa"


def test_our_own_registry_server_serves_the_registry_it_was_launched_from(ready, publish, entry, settings):
    module = {
        "path": "hub_launch.servers.registry",
        "entrypoint": "create_server",
        "environmentVariables": [{"name": name} for name in ("HUB_REGISTRY", "HUB_ROOT", "HUB_CONFIG_DIR")],
    }
    publish([entry("registry", packages=None, module=module)])
    prepared, _ = ready("registry")
    env = prepared.launches[0].env
    assert env["HUB_REGISTRY"] == settings.registry
    assert env["HUB_CONFIG_DIR"] == str(settings.config_dir)
    assert not env.get("HUB_ROOT")


def test_without_ids_no_registry_is_needed(ready):
    assert ready()[0] == Prepared(())


def test_if_nothing_can_be_started_the_first_reason_is_raised():
    first, second = (Unplanned(name, name, "npm", HubError(f"{name} is broken")) for name in ("aa", "bb"))
    with pytest.raises(HubError, match="aa is broken"):
        Prepared((), (first, second)).require_some()
    Prepared(()).require_some()
