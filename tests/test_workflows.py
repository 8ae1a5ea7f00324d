"""The workflows' own commands, read from their files and run here, so that the two cannot drift apart."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hub_build.verdicts import LABELS

ROOT = Path(__file__).parents[1]
WORKFLOWS = {path.stem: path for path in (ROOT / ".github/workflows").glob("*.yml")}
REAL = ROOT / "registry/servers"


def parsed(name):
    # BaseLoader: `on` is a word there, and not true.
    return yaml.load(WORKFLOWS[name].read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506


def steps():
    for name in WORKFLOWS:
        for job, description in parsed(name)["jobs"].items():
            for step in description["steps"]:
                yield name, job, step


class Runner:
    """Runs steps in a checkout of `main`, as GitHub would: bash, the step's folder, files for what it hands on."""

    def __init__(self, folder):
        self.folder, self.main, self.origin = folder, folder / "main", folder / "origin.git"
        self.files = {name: folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        who = {f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.env = {**os.environ, **nobody, **who, **{name: str(path) for name, path in self.files.items()}}
        self.env["RUNNER_TEMP"] = str(folder)

    def git(self, *words, cwd=None):
        command = ["git", *map(str, words)]
        done = subprocess.run(command, cwd=cwd or self.main, env=self.env, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def step(self, workflow, job, name, **values):
        """Run one step. values: what its expressions come to."""
        step = next(one for one in parsed(workflow)["jobs"][job]["steps"] if one.get("name") == name)
        for path in self.files.values():
            path.write_text("")
        given = {key: values.get(key, value) for key, value in step.get("env", {}).items()}
        assert not [value for value in given.values() if "${{" in value], "an expression without a value"
        folder = self.main / step.get("working-directory", ".")
        command = ["bash", "-e", "-c", step["run"]]
        return subprocess.run(command, cwd=folder, env=self.env | given, capture_output=True, text=True, check=False)

    def output(self, name):
        lines = self.files["GITHUB_OUTPUT"].read_text().splitlines()
        return next(line.partition("=")[2] for line in lines if line.startswith(f"{name}="))


@pytest.fixture
def runner(tmp_path):
    """Main has the server `time`, and the tools that run these tests."""
    runner = Runner(tmp_path)
    runner.git("init", "--quiet", "--bare", "--initial-branch=main", runner.origin, cwd=tmp_path)
    runner.git("clone", "--quiet", runner.origin, runner.main, cwd=tmp_path)
    entry(runner.main, "time")
    (runner.main / ".gitignore").write_text(".venv\npatch\nids\none\nbump.json\n")
    (runner.main / ".venv").mkdir()
    (runner.main / ".venv/bin").symlink_to(Path(sys.executable).parent)
    runner.git("switch", "--quiet", "--create", "main")
    commit(runner, runner.main)
    runner.git("push", "--quiet", "--set-upstream", "origin", "main")
    return runner


@pytest.fixture
def propose(runner, tmp_path):
    """A stranger's fork, and its pull request 7: what `change` does to a checkout."""

    def propose(change):
        fork = tmp_path / "fork"
        runner.git("clone", "--quiet", runner.origin, fork, cwd=tmp_path)
        change(fork)
        commit(runner, fork)
        runner.git("push", "--quiet", "origin", "HEAD:refs/pull/7/head", cwd=fork)

    return propose


def commit(runner, folder):
    runner.git("add", "--all", cwd=folder)
    runner.git("commit", "--quiet", "--message", "change", cwd=folder)


def entry(folder, id_, **changes):
    """A real entry, changed: `...` removes a key."""
    document = yaml.load((REAL / f"{id_}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader) | changes  # noqa: S506
    path = folder / "registry/servers" / f"{document['id']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({key: value for key, value in document.items() if value is not ...}))
    return path


def three_servers(folder):
    """One good, one doubtful, one bad."""
    entry(folder, "everything", maintainers=["stranger"])
    entry(folder, "memory", maintainers=["somebody-else"], description="Remember things | `code` @everyone")
    entry(folder, "git", maintainers=["stranger"], licence="MIT", license=...)


@pytest.mark.e2e
@pytest.mark.xdist_group("workflows")
def test_a_good_a_doubtful_and_a_bad_server_get_their_verdicts(runner, propose):
    propose(three_servers)
    fetched = runner.step("pr", "verdict", "Fetch the pull request as data", NUMBER="7")
    assert fetched.returncode == 0, fetched.stderr
    link = "https://example.com/o/r/blob/abc"
    judged = runner.step("pr", "verdict", "Judge", AUTHOR="stranger", LINK=link)
    assert judged.returncode == 1, judged.stdout + judged.stderr
    annotations = [line for line in judged.stdout.splitlines() if line.startswith("::")]
    assert any(line.startswith("::error file=registry/servers/git.yaml,line=") for line in annotations)
    assert any(
        re.match(r"::warning file=registry/servers/memory.yaml,line=\d+,title=not-a-main", a) for a in annotations
    )
    assert not [line for line in annotations if "everything.yaml" in line]
    summary = runner.files["GITHUB_STEP_SUMMARY"].read_text()
    assert [line.split("|")[1:3] for line in summary.splitlines() if line.startswith("| `")] == [
        [" ` everything ` ", " ✅ OK "],
        [" ` git ` ", " ❌ FAIL "],
        [" ` memory ` ", " 👀 REVIEW "],
    ]
    assert "runs ` npx --yes @modelcontextprotocol/server-everything@" in summary
    assert f"]({link}/registry/servers/git.yaml#L" in summary


@pytest.mark.e2e
@pytest.mark.xdist_group("workflows")
def test_labels_are_made_from_the_files_and_not_from_what_a_run_said(runner, propose):
    propose(three_servers)
    runner.step("pr", "verdict", "Fetch the pull request as data", NUMBER="7")
    judged = runner.step("labels", "judge", "Judge", AUTHOR="stranger")
    assert judged.returncode == 0, judged.stderr
    assert runner.output("labels") == "verdict-fail,entry-new"


@pytest.mark.parametrize(
    ("handed", "taken"),
    [
        (",".join(LABELS), list(LABELS)),
        ("verdict-ok,admin,$(touch ran),-exec,verdict-okay", ["verdict-ok"]),
    ],
    ids=["all that there are", "others"],
)
def test_the_writing_job_takes_words_of_the_closed_list_alone(runner, handed, taken):
    done = runner.step("labels", "label", "Take words of the closed list", LABELS=handed)
    assert done.returncode == 0
    assert (runner.main / "wanted").read_text().split() == taken


def test_the_matrix_of_smoke_tests_has_the_servers_that_changed(runner, propose):
    propose(three_servers)
    runner.step("smoke", "list", "Fetch the pull request as data", NUMBER="7")
    done = runner.step("smoke", "list", "List the servers")
    assert done.returncode == 0, done.stderr
    # The broken one cannot be started, and the check says why.
    assert json.loads(runner.output("ids")) == ["everything", "memory"]


@pytest.mark.parametrize("hook", ["post-checkout", "post-index-change"])
def test_files_of_a_pull_request_are_data(runner, propose, hook):
    def hostile(folder):
        entry(folder, "everything")
        (folder / "link.yaml").symlink_to("/etc/passwd")
        (folder / ".gitattributes").write_text("* filter=run\n")
        (folder / ".npmrc").write_text("registry=https://example.com\n")

    propose(hostile)
    path = runner.main / ".git/hooks" / hook
    path.write_text(f"#!/bin/sh\ntouch {runner.folder}/ran\n")
    path.chmod(0o755)
    done = runner.step("smoke", "list", "Fetch the pull request as data", NUMBER="7")
    assert done.returncode == 0, done.stderr
    assert not (runner.main / "pull/link.yaml").is_symlink()
    assert not (runner.folder / "ran").exists()


@pytest.mark.e2e
@pytest.mark.xdist_group("workflows")
def test_a_change_of_the_tools_that_judge_it_has_no_say(runner, propose):
    def with_a_lenient_judge(folder):
        three_servers(folder)
        for path in (
            "hub_build/__init__.py",
            "hub_launch/__init__.py",
            "build/hub_build/__init__.py",
            "sitecustomize.py",
        ):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(f"open({str(runner.folder / 'ran')!r}, 'w')\nraise SystemExit(0)\n")
        (folder / "Makefile").write_text(f"%:\n\ttouch {runner.folder}/ran\n")

    propose(with_a_lenient_judge)
    runner.step("pr", "verdict", "Fetch the pull request as data", NUMBER="7")
    judged = runner.step("pr", "verdict", "Judge", AUTHOR="stranger", LINK="https://example.com")
    assert judged.returncode == 1, judged.stdout + judged.stderr
    assert "::error file=registry/servers/git.yaml" in judged.stdout
    assert "title=own-validator::" in judged.stdout
    assert "hub_build/__init__.py" in judged.stdout
    assert not (runner.folder / "ran").exists()


def test_a_bump_is_handed_over_and_only_the_servers_own_files_are_applied(runner):
    if shutil.which("jq") is None:
        pytest.skip("needs jq, which GitHub's machines have")
    entry(runner.main, "time", title="Another time")
    entry(runner.main, "git")
    (runner.main / "registry/lists.yaml").write_text("aliases: {now: time}\n")
    (runner.main / "bump.json").write_text(
        '{"bumps": [{"id": "time", "trivial": true}, {"id": "git", "trivial": false}]}'
    )
    handed = runner.step("bump", "look", "Hand over")
    assert handed.returncode == 0, handed.stderr
    assert json.loads(runner.output("ids")) == ["git", "time"]
    assert json.loads(runner.output("trivial")) == ["time"]
    patch = runner.output("patch")
    runner.git("reset", "--quiet", "--hard")
    runner.git("clean", "--quiet", "--force", "-d")
    applied = runner.step("bump", "propose", "Apply what belongs to the server", ID="time", PATCH=patch)
    assert applied.returncode == 0, applied.stderr
    assert runner.git("status", "--porcelain") == "M registry/servers/time.yaml"


# What holds for all workflows


@pytest.mark.parametrize("name", WORKFLOWS)
def test_nothing_is_permitted_that_a_job_does_not_ask_for(name):
    workflow = parsed(name)
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_workflow_runs_with_the_bases_rights_over_a_pull_request(name):
    assert "pull_request_target" not in parsed(name)["on"]


def test_actions_are_pinned_and_tokens_are_not_left_behind():
    for _, _, step in steps():
        if "uses" in step:
            assert re.fullmatch(r"[^@]+@[0-9a-f]{40}", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


def test_who_can_write_starts_no_strangers_program():
    for workflow, job, step in steps():
        writes = "write" in parsed(workflow)["jobs"][job]["permissions"].values()
        assert not (writes and re.search(r"hub-build (smoke|bump)|hub-launch", step.get("run", "")))


def test_the_signing_key_is_the_one_secret_and_only_what_signs_in_a_protected_environment_sees_it():
    seeing = [(workflow, job, step) for workflow, job, step in steps() if "secrets." in str(step)]
    assert {workflow for workflow, _, _ in seeing} == {"publish", "refresh"}
    for workflow, job, step in seeing:
        assert step["env"]["HUB_ONLINE_KEY"] == "${{ secrets.HUB_ONLINE_KEY }}"
        assert step["run"].startswith("hub-build sign ")
        assert parsed(workflow)["jobs"][job]["environment"]
    assert sum(path.read_text().count("secrets.") for path in WORKFLOWS.values()) == len(seeing)


def test_no_expression_stands_in_a_command():
    assert not [step for _, _, step in steps() if "${{" in step.get("run", "")]


def test_a_change_of_what_is_fuzzed_is_fuzzed():
    for pattern in parsed("fuzz")["on"]["pull_request"]["paths"]:
        assert next(ROOT.glob(pattern), None), pattern
