"""Each loader's exact command, address and environment."""

import json
import os
from pathlib import Path

import pytest

import hub_launch.children.module
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import HttpLaunch, Inside, MissingParameters, StdioLaunch, plan

USERS = {
    "PATH": "/usr/bin",
    "HOME": "/home/user",
    "GITHUB_TOKEN": "ghp_secret",
    "npm_config_registry": "https://mirror/npm",
    "UV_INDEX_URL": "https://mirror/pypi",
    "DECLARED": "declared by the entry",
}


def runner_path():
    return f"/opt/bin{os.pathsep}/usr/bin"


# npm


def test_an_npm_package_is_started_by_npx_in_its_exact_version(entry, npm, context, tmp_path):
    launch = plan(entry("time", packages=[npm(identifier="@a/time", version="2.0.1")]), {}, context())
    assert launch == StdioLaunch(
        id="time",
        title="Time",
        kind="npm",
        argv=("/opt/bin/npx", "--yes", "@a/time@2.0.1"),
        env={"PATH": runner_path(), "HOME": "/home/user"},
        cwd=str(tmp_path / "work" / "time"),
        packaged=launch.packaged,
        tags=frozenset({"utilities"}),
    )
    assert launch.packaged.package.identifier == "@a/time"


def test_arguments_of_the_runner_come_before_the_package_and_the_packages_own_after_it(entry, npm, context):
    package = npm(
        identifier="a",
        version="1",
        runtimeArguments=[{"type": "named", "name": "--node-arg", "value": "x"}],
        packageArguments=[
            {"type": "named", "name": "--verbose", "format": "boolean", "default": "true"},
            {"type": "positional", "valueHint": "folder", "isRepeated": True, "format": "filepath"},
        ],
    )
    launch = plan(entry(packages=[package]), {"folder": ["a", "/b"]}, context())
    assert launch.argv == (
        *("/opt/bin/npx", "--yes", "--node-arg", "x", "a@1"),
        *("--verbose", "/home/user/work/a", "/b"),
    )


# PyPI


def test_a_pypi_package_is_started_by_uvx_in_its_exact_version(entry, pypi, context):
    launch = plan(entry(packages=[pypi(identifier="mcp-server-time", version="2026.1")]), {}, context())
    assert launch.kind == "pypi"
    assert launch.argv == ("/opt/bin/uvx", "mcp-server-time@2026.1")


@pytest.mark.parametrize(("kind", "program"), [("npm", "npx"), ("pypi", "uvx")])
def test_a_missing_runner_is_named_with_how_to_install_it(entry, npm, context, kind, program):
    with pytest.raises(HubError) as caught:
        plan(entry(packages=[npm(registryType=kind)]), {}, context(which=lambda name: None))
    assert caught.value.message == f"{program} is not installed"
    assert 'pip install "mcp-hub-launch[runners]"' in caught.value.hint


@pytest.mark.parametrize("kind", ["npm", "pypi"])
def test_a_package_without_a_version_is_never_started(entry, npm, context, kind):
    package = {key: value for key, value in npm(registryType=kind).items() if key != "version"}
    with pytest.raises(HubError, match="has no version"):
        plan(entry(packages=[package]), {}, context())


@pytest.mark.parametrize("kind", ["npm", "pypi"])
def test_a_package_that_opens_a_port_is_refused(entry, npm, context, kind):
    package = npm(registryType=kind, transport={"type": "streamable-http", "url": "http://localhost:1"})
    with pytest.raises(HubError, match="cannot be started yet"):
        plan(entry(packages=[package]), {}, context())


# The environment of a package


def test_only_declared_variables_of_the_users_own_reach_a_package(entry, npm, context):
    package = npm(environmentVariables=[{"name": "DECLARED"}, {"name": "OTHER"}])
    launch = plan(entry(packages=[package]), {"OTHER": ["given"]}, context(environ=USERS))
    assert launch.env == {
        "PATH": runner_path(),
        "HOME": "/home/user",
        "npm_config_registry": "https://mirror/npm",
        "UV_INDEX_URL": "https://mirror/pypi",
        "DECLARED": "declared by the entry",
        "OTHER": "given",
    }
    assert launch.declared == ("DECLARED", "OTHER")


def test_secret_values_are_known_to_the_launch_and_not_in_its_repr(entry, npm, context):
    package = npm(environmentVariables=[{"name": "TOKEN", "isSecret": True}])
    launch = plan(entry(packages=[package]), {"TOKEN": ["hunter2"]}, context())
    assert launch.secrets == {"hunter2"}
    assert "hunter2" not in repr(launch)


def test_all_missing_parameters_are_named_together(entry, npm, context):
    package = npm(
        packageArguments=[{"type": "positional", "valueHint": "folder", "isRequired": True}],
        environmentVariables=[{"name": "TOKEN", "isRequired": True, "isSecret": True}],
    )
    with pytest.raises(MissingParameters) as caught:
        plan(entry(packages=[package]), {}, context())
    assert caught.value.message == "demo needs folder, TOKEN"


# Modules


def test_our_own_module_runs_in_the_launchers_interpreter(entry, context):
    own = entry(
        packages=None,
        module={
            "path": "hub_launch.servers.registry",
            "entrypoint": "create_server",
            "environmentVariables": [{"name": "DECLARED"}],
        },
    )
    launch = plan(own, {}, context(environ=USERS))
    assert launch.kind == "module"
    assert launch.argv == (
        *("/opt/python/bin/python", "-P", "-m", "hub_launch.children.module"),
        *("hub_launch.servers.registry", "create_server"),
    )
    assert launch.env == {"PATH": "/usr/bin", "HOME": "/home/user", "DECLARED": "declared by the entry"}


def test_python_servers_put_sets_into_the_same_order_at_every_start(entry, pypi, context):
    module = {"path": "demo.server", "package": pypi()}
    launches = [plan(entry(packages=[pypi()]), {}, context()), plan(entry(packages=None, module=module), {}, context())]
    assert [one.env["PYTHONHASHSEED"] for one in launches] == ["0", "0"]


def test_an_entry_may_declare_another_order(entry, pypi, context):
    package = pypi(environmentVariables=[{"name": "PYTHONHASHSEED", "value": "random"}])
    assert plan(entry(packages=[package]), {}, context()).env["PYTHONHASHSEED"] == "random"


def test_a_module_of_a_package_runs_in_an_environment_that_uv_makes(entry, pypi, context):
    strange = entry(
        packages=None, module={"path": "weather.server", "package": pypi(identifier="weather", version="1.2")}
    )
    launch = plan(strange, {}, context())
    assert launch.argv == (
        *("/opt/bin/uv", "run", "--no-project", "--isolated", "--with", "weather==1.2", "python", "-P"),
        *(str(Path(hub_launch.children.module.__file__)), "weather.server"),
    )


def test_a_modules_package_may_have_arguments_and_variables_of_its_own(entry, pypi, context):
    package = pypi(
        identifier="weather",
        version="1.2",
        packageArguments=[{"type": "positional", "valueHint": "city"}],
        environmentVariables=[{"name": "TOKEN", "isRequired": True}],
    )
    strange = entry(packages=None, module={"path": "weather", "package": package})
    launch = plan(strange, {"city": ["Rome"], "TOKEN": ["x"]}, context())
    # The empty word stands for the usual names of a server object, so that the city is not taken for one.
    assert launch.argv[-3:] == ("weather", "", "Rome")
    assert launch.env["TOKEN"] == "x"
    with pytest.raises(MissingParameters, match="needs TOKEN"):
        plan(strange, {}, context())


def test_the_runner_of_a_modules_package_gets_the_packages_arguments_for_it(entry, pypi, context):
    package = pypi(
        identifier="weather", version="1", runtimeArguments=[{"type": "named", "name": "--python", "value": "3.12"}]
    )
    launch = plan(entry(packages=None, module={"path": "weather", "package": package}), {}, context())
    assert launch.argv[1:8] == ("run", "--no-project", "--isolated", "--python", "3.12", "--with", "weather==1")


def test_a_module_runs_inside_the_hub_where_its_very_version_is_installed_beside_it(entry, pypi, context):
    inside = entry(
        packages=None,
        module={"path": "weather", "inProcess": True, "package": pypi(identifier="weather", version="1.2")},
    )
    launch = plan(inside, {}, context(installed={"weather": "1.2"}.get))
    assert launch.inside == Inside("weather")
    assert launch.argv[0] == "/opt/python/bin/python"
    for installed in ({}, {"weather": "1.3"}):
        launch = plan(inside, {}, context(installed=installed.get))
        assert launch.inside is None
        assert launch.argv[0] == "/opt/bin/uv"


def test_a_module_of_our_own_may_run_inside_the_hub(entry, context):
    own = {"path": "hub_launch.servers.registry", "entrypoint": "create_server", "inProcess": True}
    launch = plan(entry(packages=None, module=own), {}, context())
    assert launch.inside == Inside("hub_launch.servers.registry", "create_server")


@pytest.mark.parametrize("change", [{"registryType": "npm"}, {"version": None}])
def test_a_modules_package_is_an_exact_version_on_pypi(entry, pypi, context, change):
    package = {key: value for key, value in pypi(**change).items() if value is not None}
    with pytest.raises(HubError, match="exact version on PyPI"):
        plan(entry(packages=None, module={"path": "a", "package": package}), {}, context())


def test_a_module_of_a_package_needs_uv(entry, pypi, context):
    with pytest.raises(HubError, match="uv is not installed"):
        plan(entry(packages=None, module={"path": "a", "package": pypi()}), {}, context(which=lambda name: None))


# OpenAPI


def api(entry, **changes):
    return entry("api", packages=None, openapi={"baseUrl": "https://api.example/v1"} | changes)


def test_an_api_with_a_description_on_the_web(entry, context):
    launch = plan(api(entry, url="https://api.example/openapi.json", sha256="a" * 64), {}, context())
    assert launch.kind == "openapi"
    assert launch.argv == (
        *("/opt/python/bin/python", "-P", "-m", "hub_launch.children.openapi", "--name", "api"),
        *("--spec", "https://api.example/openapi.json", "--base-url", "https://api.example/v1", "--sha256", "a" * 64),
        "--public",
    )


def test_an_api_with_a_description_that_the_registry_ships(entry, context):
    launch = plan(api(entry, file="api.yaml", sha256="b" * 64), {}, context())
    assert launch.argv[6:8] == ("--spec", f"/cache/{'b' * 64}.json")
    assert "--sha256" not in launch.argv


def test_a_shipped_description_without_a_hash_is_the_registrys_fault(entry, context):
    with pytest.raises(HubError, match=r"names api\.yaml without its hash") as caught:
        plan(api(entry, file="api.yaml"), {}, context())
    assert caught.value.code == ExitCode.REGISTRY


def test_what_the_entry_says_about_the_api_travels_as_options(entry, context):
    launch = plan(
        api(
            entry,
            url="https://api.example/o.json",
            auth={"type": "apiKey", "in": "query", "name": "k", "variable": "KEY"},
            environmentVariables=[{"name": "KEY", "isSecret": True}],
            routeMaps=[{"pattern": "^/admin", "mcpType": "EXCLUDE"}],
            mcpNames={"getX": "x"},
            mcpTags=["shop"],
            descriptionPrefix="Shop:",
            timeoutSeconds=5,
            retries=0,
        ),
        {"KEY": ["hunter2"]},
        context(),
    )
    assert json.loads(launch.argv[launch.argv.index("--options") + 1]) == {
        "auth": {"type": "apiKey", "in": "query", "name": "k", "variable": "KEY"},
        "routeMaps": [{"pattern": "^/admin", "mcpType": "EXCLUDE"}],
        "mcpNames": {"getX": "x"},
        "mcpTags": ["shop"],
        "descriptionPrefix": "Shop:",
        "timeoutSeconds": 5,
        "retries": 0,
    }
    assert launch.env["KEY"] == "hunter2"
    assert not any("hunter2" in word for word in launch.argv)


def test_a_users_own_address_of_an_api_is_taken_whole(entry, context):
    own = api(
        entry, file="a.yaml", sha256="a" * 64, baseUrl="{url}", variables={"url": {"default": "https://a.example"}}
    )
    assert plan(own, {}, context()).argv[-3:] == ("--base-url", "https://a.example", "--public")
    # The user's own may well be in their own network.
    mine = plan(own, {"url": ["http://localhost:8080/x"]}, context())
    assert mine.argv[-2:] == ("--base-url", "http://localhost:8080/x")


def test_an_address_of_an_api_that_is_no_web_address_is_refused(entry, context):
    own = api(entry, file="a.yaml", sha256="a" * 64, baseUrl="{url}", variables={"url": {}})
    with pytest.raises(HubError, match=r"'file:///etc' is not an http\(s\) URL") as caught:
        plan(own, {"url": ["file:///etc"]}, context())
    assert caught.value.code == ExitCode.USAGE


def test_a_missing_address_of_an_api_is_asked_for_by_name(entry, context):
    own = api(entry, file="a.yaml", sha256="a" * 64, baseUrl="{url}", variables={"url": {"isRequired": True}})
    with pytest.raises(MissingParameters, match="needs url"):
        plan(own, {}, context())


# Remotes


def remote(entry, **changes):
    return entry("far", packages=None, remotes=[{"type": "streamable-http", "url": "https://a.example/mcp"} | changes])


def test_a_remote_is_an_address(entry, context):
    assert plan(remote(entry), {}, context(environ=USERS)) == HttpLaunch(
        "far", "Far", "remote", "streamable-http", "https://a.example/mcp", tags=frozenset({"utilities"})
    )


def test_an_older_remote_speaks_sse(entry, context):
    assert plan(remote(entry, type="sse"), {}, context()).transport == "sse"


def test_headers_and_variables_of_a_remote_are_the_users(entry, context):
    far = remote(
        entry,
        url="https://{region}.a.example/{tenant}",
        variables={"region": {"default": "eu"}, "tenant": {"isRequired": True}},
        headers=[
            {"name": "Authorization", "value": "Bearer {key}", "variables": {"key": {"isSecret": True}}},
            {"name": "X-Optional"},
            {"name": "X-Fixed", "value": "1"},
        ],
    )
    launch = plan(far, {"tenant": ["me/../admin"], "key": ["hunter2"]}, context())
    assert launch.url == "https://eu.a.example/me%2F..%2Fadmin"
    assert launch.headers == {"Authorization": "Bearer hunter2", "X-Fixed": "1"}
    assert launch.secrets == {"hunter2"}
    assert "hunter2" not in repr(launch)
    with pytest.raises(MissingParameters, match="needs tenant"):
        plan(far, {}, context())


def test_a_header_without_a_value_is_not_sent(entry, context):
    token = {"token": {"isSecret": True}}
    far = remote(entry, headers=[{"name": "Authorization", "value": "Bearer {token}", "variables": token}])
    assert plan(far, {}, context()).headers == {}
    launch = plan(far, {"token": ["s3cret"]}, context())
    assert (launch.headers, launch.secrets) == ({"Authorization": "Bearer s3cret"}, {"s3cret"})


def test_a_header_that_must_have_a_value_is_asked_for(entry, context):
    token = {"token": {"isSecret": True, "isRequired": True}}
    far = remote(entry, headers=[{"name": "Authorization", "value": "Bearer {token}", "variables": token}])
    with pytest.raises(MissingParameters, match="token"):
        plan(far, {}, context())


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://{host}/mcp", True),
        ("https://{host}.example.com/mcp", True),
        ("https://a.example/{host}", False),
        ("https://a.example?x={host}", False),
    ],
)
def test_a_host_that_the_user_names_may_be_on_their_network(entry, context, url, own):
    far = remote(entry, url=url, variables={"host": {"isRequired": True}})
    assert plan(far, {"host": ["box"]}, context()).own_network is own
