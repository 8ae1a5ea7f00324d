"""Servers as values of the chart; what Helm makes of such values is in tests/deploy."""

import pytest
import yaml

from hub_launch.cli.charted import chart_values
from hub_launch.errors import HubError

IMAGE = {
    "registryType": "oci",
    "identifier": f"docker.io/somebody/demo@sha256:{64 * '0'}",
    "transport": {"type": "stdio"},
}


def of(one, given=None, registry=""):
    return chart_values([one], {one.id: given} if given else {}, registry)


def test_a_server_has_its_version_what_it_may_reach_and_what_it_was_given(entry):
    one = entry("demo", permissions={"network": ["api.example.com:8443"]})
    values = of(one, {"zone": ["Europe/Berlin"], "list": ["a", "b"]}, "https://registry.example.com")
    assert values == {
        "registry": "https://registry.example.com",
        "servers": {
            "demo": {
                "version": "1.2.3",
                "permissions": {"network": ["api.example.com:8443"]},
                "set": {"zone": "Europe/Berlin", "list": ["a", "b"]},
            }
        },
    }


def test_secrets_that_it_must_have_are_named_and_have_a_place(entry, npm):
    variables = [
        {"name": "DEMO_TOKEN", "isSecret": True, "isRequired": True},
        {"name": "DEMO_OTHER", "isSecret": True},
        {"name": "DEMO_REGION", "isRequired": True},
    ]
    one = entry("demo", packages=[npm(environmentVariables=variables)])
    assert of(one)["servers"]["demo"]["secretEnv"] == {"DEMO_TOKEN": {"secret": "demo", "key": "DEMO_TOKEN"}}


def test_a_remote_server_is_reached_where_it_is_and_nowhere_else(entry):
    one = entry("demo", packages=None, remotes=[{"type": "streamable-http", "url": "https://mcp.example.com/mcp"}])
    assert of(one)["servers"]["demo"]["permissions"] == {"network": ["mcp.example.com"]}


@pytest.mark.parametrize("registry", ["http://registry.example.com", "/srv/site", "file:///srv/site"])
def test_a_registry_that_no_cluster_reads_is_refused(entry, registry):
    with pytest.raises(HubError, match="no https address") as caught:
        of(entry("demo"), registry=registry)
    assert caught.value.code == 2


def test_the_command_prints_what_helm_reads_and_asks_for_ids(cli, publish, entry, tmp_path, monkeypatch):
    publish([entry("demo")])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hub.yaml").write_text("servers: {demo: }\n")
    ran = cli("export", "helm")
    assert (ran.code, "are of servers that are named" in ran.err) == (2, True)
    # A folder of this machine.
    assert "no https address" in cli("export", "helm", "demo").err


def test_a_container_image_is_refused_within_a_pod(entry):
    with pytest.raises(HubError, match="demo is a container image") as caught:
        of(entry("demo", packages=[IMAGE]))
    assert "`hub.servers`" in caught.value.hint


def test_what_it_prints_is_yaml_that_says_where_it_belongs(cli, publish, entry, tmp_path, monkeypatch):
    publish([entry("demo")])
    monkeypatch.setattr(
        "hub_launch.cli.export.places", lambda _: (type("Place", (), {"location": "https://r.test"})(),)
    )
    ran = cli("export", "helm", "demo", "--set", "demo.zone=a")
    assert ran.out.startswith("# Values for deploy/helm/mcp-hub")
    assert yaml.safe_load(ran.out)["servers"]["demo"]["set"] == {"zone": "a"}
