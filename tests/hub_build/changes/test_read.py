import pytest

from hub_build.changes import Kind
from hub_launch.errors import ExitCode, HubError


def test_a_branch_without_changes_has_none(checkout):
    branch = checkout.branch()
    assert (branch.changes, branch.entries) == ((), ())


def test_what_is_committed_staged_or_new_is_changed(checkout, registry):
    registry.add("clock")
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "more")
    registry.add("map")
    registry.add("weather", title="Sun and rain")
    changed = {change.path: change.kind for change in checkout.branch().changes}
    assert changed == {
        "registry/servers/clock.yaml": Kind.ADDED,
        "registry/servers/map.yaml": Kind.ADDED,
        "registry/servers/weather.yaml": Kind.EDITED,
    }


def test_what_the_base_did_since_is_not_the_branchs_change(checkout, registry):
    checkout.git("switch", "--quiet", "main")
    registry.add("clock")
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "somebody else's")
    checkout.git("switch", "--quiet", "change")
    assert checkout.branch().changes == ()


def test_an_entry_has_its_document_before_and_after(checkout, registry):
    registry.add("weather", title="Sun and rain")
    (entry,) = checkout.branch().entries
    assert (entry.kind, entry.before.text("title"), entry.after.text("title")) == (
        Kind.EDITED,
        "Weather",
        "Sun and rain",
    )


def test_a_server_is_touched_by_its_description_its_versions_and_its_records(checkout, registry):
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    for id_ in ("api", "clock", "map"):
        registry.add(id_, **({"packages": ..., "openapi": _api()} if id_ == "api" else {}))
    checkout.git("switch", "--quiet", "main")
    checkout.commit()
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/b: {}}\n")
    registry.add_version("clock", "1.0.0")
    registry.prove("map")
    assert [(one.id, one.kind) for one in checkout.branch().entries] == [("api", None), ("clock", None), ("map", None)]


def _api():
    return {"file": "api.yaml", "baseUrl": "https://example.com"}


def test_a_broken_file_on_either_side_is_no_reason_to_stop(checkout, registry):
    registry.write("servers/weather.yaml", "a: [")
    registry.write("servers/new.yaml", "a: [")
    assert [(one.id, one.after) for one in checkout.branch().entries] == [("new", None), ("weather", None)]


@pytest.mark.parametrize("name", ["a b.yaml", "ü.yaml", '"quoted".yaml', "-n.yaml", "line\nbreak.yaml"])
def test_any_name_of_a_file_is_read(checkout, registry, name):
    registry.write(f"servers/{name}", "a: 1\n")
    checkout.git("add", "--all")
    (change,) = checkout.branch().changes
    assert change.path == f"registry/servers/{name}"


def test_without_a_base_main_is_taken(checkout, registry):
    registry.add("clock")
    assert len(checkout.branch(base=None).changes) == 1


@pytest.mark.parametrize("base", ["nowhere", "--output=/tmp/x", "", "main:registry"])
def test_a_base_that_git_does_not_know_is_wrong_use(checkout, base):
    with pytest.raises(HubError, match="git knows no") as caught:
        checkout.branch(base)
    assert caught.value.code == ExitCode.USAGE


def test_a_branch_that_has_nothing_in_common_with_the_base_says_so(checkout):
    checkout.git("switch", "--quiet", "--orphan", "other")
    checkout.git("commit", "--quiet", "--allow-empty", "--message", "another beginning")
    (checkout.registry.folder / "servers").mkdir(parents=True)
    with pytest.raises(HubError, match="no commit in common"):
        checkout.branch()


def test_a_folder_that_is_no_checkout_says_so(registry):
    from hub_build.changes import read_branch
    from hub_launch.judge.registry import read_registry

    registry.add("weather")
    with pytest.raises(HubError, match="no git checkout"):
        read_branch(registry.folder, read_registry(registry.folder))


def test_hooks_of_the_checkout_do_not_run(checkout, registry):
    for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        path = checkout.root / ".git/hooks" / hook
        path.write_text("#!/bin/sh\ntouch ran\n")
        path.chmod(0o755)
    checkout.git("config", "core.fsmonitor", ".git/hooks/fsmonitor-watchman")
    registry.add("clock")
    checkout.branch()
    assert not (checkout.root / "ran").exists()
