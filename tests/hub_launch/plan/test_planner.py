import pytest

from hub_launch.catalog import Entry
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import MissingParameters, parameters_of, plan


def missing(*absent):
    return lambda program: None if program in absent else f"/opt/bin/{program}"


def test_the_first_package_is_started(entry, npm, pypi, context):
    both = entry(packages=[pypi(), npm()])
    assert plan(both, {}, context()).kind == "pypi"


def test_without_the_firsts_runner_the_second_package_is_started(entry, npm, pypi, context):
    both = entry(packages=[pypi(), npm()])
    assert plan(both, {}, context(which=missing("uvx"))).kind == "npm"


def test_a_remote_is_the_last_resort(entry, npm, context):
    both = entry(packages=[npm()], remotes=[{"type": "sse", "url": "https://a.example/sse"}])
    assert plan(both, {}, context()).kind == "npm"
    assert plan(both, {}, context(which=missing("npx"))).kind == "remote"


def test_the_other_parts_are_its_alternatives_in_their_order(entry, npm, pypi, context):
    whole = entry(packages=[npm(), pypi()], remotes=[{"type": "sse", "url": "https://a.example/sse"}])
    planned = plan(whole, {}, context())
    assert [one.kind for one in planned.alternatives] == ["pypi", "remote"]
    assert all(one.alternatives == () and one.about == planned.about for one in planned.alternatives)


def test_what_cannot_be_planned_is_no_alternative(entry, npm, pypi, context):
    needy = npm(identifier="other", environmentVariables=[{"name": "TOKEN", "isRequired": True}])
    assert plan(entry(packages=[npm(), needy, pypi()]), {}, context(which=missing("uvx"))).alternatives == ()


def test_with_no_runner_at_all_the_first_ones_hint_is_given(entry, npm, pypi, context):
    both = entry(packages=[npm(), pypi()])
    with pytest.raises(HubError) as caught:
        plan(both, {}, context(which=missing("npx", "uvx")))
    assert caught.value.message == "npx is not installed"
    assert "Node.js" in caught.value.hint


def test_a_wrong_value_does_not_lead_to_another_alternative(entry, npm, pypi, context):
    strict = npm(packageArguments=[{"type": "named", "name": "--mode", "choices": ["a"]}])
    loose = pypi(packageArguments=[{"type": "named", "name": "--mode"}])
    with pytest.raises(HubError) as caught:
        plan(entry(packages=[strict, loose]), {"mode": ["b"]}, context())
    assert caught.value.code == ExitCode.USAGE
    assert "must be one of a" in caught.value.message


def test_a_missing_value_does_not_lead_to_another_alternative(entry, npm, pypi, context):
    needy = npm(environmentVariables=[{"name": "TOKEN", "isRequired": True}])
    with pytest.raises(MissingParameters):
        plan(entry(packages=[needy, pypi()]), {}, context())


def test_a_kind_that_this_launcher_does_not_know_is_passed_over(entry, npm, context):
    image = npm(registryType="nuget", identifier="A.B")
    assert plan(entry(packages=[image, npm()]), {}, context()).kind == "npm"
    with pytest.raises(HubError, match="can only be started as nuget, which this launcher does not know"):
        plan(entry(packages=[image]), {}, context())


def test_a_value_for_no_parameter_is_refused_before_anything_else(entry, context):
    with pytest.raises(HubError, match="demo has no parameter 'x'") as caught:
        plan(entry(), {"x": ["1"]}, context(which=missing("npx")))
    assert caught.value.code == ExitCode.USAGE


def test_planning_starts_nothing_and_writes_nothing(entry, context, tmp_path):
    plan(entry(), {}, context())
    assert list(tmp_path.iterdir()) == []


def test_parameters_are_those_of_every_alternative_each_once(document, npm, pypi):
    whole = Entry.model_validate(
        document(
            packages=[
                npm(packageArguments=[{"type": "positional", "valueHint": "folder", "isRequired": True}]),
                pypi(
                    packageArguments=[{"type": "named", "name": "--folder"}],
                    environmentVariables=[{"name": "TOKEN"}],
                    runtimeArguments=[{"type": "named", "name": "--python"}],
                ),
            ],
            remotes=[
                {
                    "type": "streamable-http",
                    "url": "https://{region}.a.example",
                    "variables": {"region": {}},
                    "headers": [{"name": "X-Key"}],
                }
            ],
            openapi={
                "file": "a.yaml",
                "baseUrl": "{url}",
                "variables": {"url": {}},
                "environmentVariables": [{"name": "API_KEY"}],
            },
            module={"path": "a", "environmentVariables": [{"name": "MODE"}]},
        )
    )
    found = parameters_of(whole)
    assert [one.name for one in found] == ["folder", "python", "TOKEN", "X-Key", "region", "MODE", "API_KEY", "url"]
    assert found[0].input.is_required
