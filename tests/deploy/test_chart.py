"""The chart as Helm itself renders it: what Kubernetes takes, what a cluster's policies ask for, and that it starts."""

import ipaddress
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from tests.deploy.standards import CONTROLS, broken_by

from hub_launch.cli.main import build_parser
from hub_launch.config.loading import load

helm = pytest.importorskip("helm_python", reason="helm-python-sdk has no wheel for this machine")

CHART = Path(__file__).parents[2] / "deploy" / "helm" / "mcp-hub"
VERSIONS = ("1.30", "1.31")
SERVERS = {
    "time": {"replicas": 2, "version": "1.2.3", "set": {"zone": "Europe/Berlin", "list": ["a", "b c"]}},
    "github": {
        "permissions": {"network": ["api.github.com", "uploads.github.com:8443"]},
        "secretEnv": {"GITHUB_TOKEN": {"secret": "github", "key": "token"}},
    },
    "fetch": {"permissions": {"network": "any"}},
    "git": None,
}
USUAL = {"sessions": {"secret": "redis"}, "servers": SERVERS, "ingress": {"enabled": True}}


def rendered(**values):
    with helm.Chart.load(CHART) as chart:
        texts = chart.render({**USUAL, **values}, name="hub", namespace="mcp").values()
    documents = [one for text in texts for one in yaml.safe_load_all(text) if one]
    return {(one["kind"], one["metadata"]["name"]): one for one in documents}


@pytest.fixture(scope="module")
def chart():
    return rendered()


def pods(documents):
    return {name: one["spec"]["template"]["spec"] for (kind, name), one in documents.items() if kind == "Deployment"}


def test_helm_has_nothing_to_say_against_it():
    report = helm.lint(CHART, USUAL, strict=True)
    assert (report["errors"], [one for one in report["messages"] if one["severity"] > 1]) == ([], [])


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_it(chart, version):
    for document in chart.values():
        kubernetes_validate.validate(document, version, strict=True)


def test_each_server_stands_by_itself(chart):
    for name in ("hub-time", "hub-github", "hub-fetch", "hub-git"):
        pod, service = chart["Deployment", name]["spec"]["template"], chart["Service", name]["spec"]
        assert service["selector"].items() <= pod["metadata"]["labels"].items()
        others = [one for key, one in chart.items() if key[0] == "Deployment" and key[1] != name]
        for other in others:
            labels = other["spec"]["template"]["metadata"]["labels"]
            assert not service["selector"].items() <= labels.items()


def test_every_pod_keeps_to_the_restricted_profile(chart):
    assert {name: broken_by(pod) for name, pod in pods(chart).items()} == {name: [] for name in pods(chart)}


def test_a_pod_that_says_nothing_breaks_the_controls_that_ask_for_something():
    assert set(broken_by({"containers": [{"name": "a"}]})) == {
        "capabilities",
        "privilege escalation",
        "running as root",
        "seccomp",
        "a root that can be written to",
        "a token of the cluster",
    }
    worst = {
        "hostNetwork": True,
        "securityContext": {"runAsUser": 0, "sysctls": [{"name": "a", "value": "b"}]},
        "volumes": [{"name": "a", "hostPath": {"path": "/"}}],
        "containers": [{"name": "a", "securityContext": {"privileged": True}, "ports": [{"hostPort": 80}]}],
    }
    assert set(broken_by(worst)) == set(CONTROLS)


def test_nothing_goes_before_its_successor_is_there_and_each_has_the_time_that_it_needs(chart):
    for (kind, _), one in chart.items():
        if kind == "Deployment":
            assert one["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
            pod = one["spec"]["template"]["spec"]
            (container,) = pod["containers"]
            assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
            assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
            sleeps = container["lifecycle"]["preStop"]["sleep"]["seconds"]
            # Its drain, the 120 s of a call, and the end of its children.
            assert pod["terminationGracePeriodSeconds"] >= sleeps + 5 + 120 + 10
    assert chart["HorizontalPodAutoscaler", "hub"]["spec"]["minReplicas"] == 2
    assert ("PodDisruptionBudget", "hub-time") in chart
    # One of one could never be moved.
    assert ("PodDisruptionBudget", "hub-git") not in chart


def reachable(policy):
    """The ports at which the internet may be reached; None for all of them."""
    rules = [rule for rule in policy["spec"]["egress"] if any("ipBlock" in to for to in rule.get("to", ()))]
    return [sorted(port["port"] for port in rule["ports"]) if "ports" in rule else None for rule in rules]


def test_a_server_gets_no_further_than_its_entry_says_and_the_hub_alone_gets_to_it(chart):
    asked = {name: reachable(chart["NetworkPolicy", name]) for name in ("hub-time", "hub-github", "hub-fetch")}
    assert asked == {"hub-time": [[443]], "hub-github": [[443, 8443]], "hub-fetch": [None]}
    for name in pods(chart):
        policy = chart["NetworkPolicy", name]["spec"]
        assert policy["policyTypes"] == ["Ingress", "Egress"]
        labels = chart["Deployment", name]["spec"]["template"]["metadata"]["labels"]
        assert policy["podSelector"]["matchLabels"].items() <= labels.items()
        if name != "hub":
            ((rule,),) = ([one["from"] for one in policy["ingress"]],)
            assert rule[0]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "hub"


def test_with_packages_in_the_image_a_server_without_a_network_has_none():
    closed = rendered(packages={"egress": False})
    assert closed["NetworkPolicy", "hub-time"]["spec"]["egress"] == []
    assert reachable(closed["NetworkPolicy", "hub-fetch"]) == [None]


def test_what_clouds_tell_their_machines_is_out_of_reach(chart):
    for name in ("hub-time", "hub-fetch"):
        for rule in chart["NetworkPolicy", name]["spec"]["egress"]:
            for block in (to["ipBlock"] for to in rule.get("to", ())):
                left_out = [ipaddress.ip_network(one) for one in block.get("except", ())]
                for address in map(ipaddress.ip_address, ("169.254.169.254", "10.0.0.1", "fd00:ec2::254")):
                    within = address.version == ipaddress.ip_network(block["cidr"]).version and address in (
                        ipaddress.ip_network(block["cidr"])
                    )
                    assert not within or any(address in one for one in left_out)


def test_secrets_are_named_and_never_said(chart):
    named = [
        variable["valueFrom"]["secretKeyRef"]["name"]
        for pod in pods(chart).values()
        for variable in pod["containers"][0]["env"]
        if "valueFrom" in variable
    ]
    assert set(named) == {"mcp-hub", "github", "redis"}
    assert not any(kind == "Secret" for kind, _ in chart)


def test_what_was_agreed_to_is_kept_where_a_pod_may_write(chart):
    (hub,) = pods(chart)["hub"]["containers"]
    (lock,) = (one["value"] for one in hub["env"] if one["name"] == "HUB_LOCK")
    writable = [one["mountPath"] for one in hub["volumeMounts"] if not one.get("readOnly")]
    assert Path(lock).parent.as_posix() in writable


def test_the_launcher_understands_what_it_is_told(chart, tmp_path):
    for name, pod in pods(chart).items():
        arguments = build_parser(pod["containers"][0]["args"][0]).parse_args(pod["containers"][0]["args"])
        assert arguments.yes
        if name == "hub-time":
            assert (arguments.ids, arguments.host, arguments.allow_host) == (["time@1.2.3"], "0.0.0.0", ["hub-time"])
            assert arguments.settings == ["time.list=a", "time.list=b c", "time.zone=Europe/Berlin"]
            assert (arguments.drain, arguments.port) == (5.0, 8080)
    (tmp_path / "hub.yaml").write_text(chart["ConfigMap", "hub"]["data"]["hub.yaml"])
    config = load(tmp_path / "hub.yaml", {"SERVERS_TOKEN": "tok"}).config
    assert (config.hub.host, config.hub.port, config.hub.drain) == ("0.0.0.0", 8080, 5)
    for name, server in config.servers.items():
        assert server.url == f"http://hub-{name}:8080/mcp"
        assert server.headers == {"Authorization": "Bearer tok"}
        assert ("Service", f"hub-{name}") in chart


def test_several_hubs_without_a_place_for_sessions_are_refused_unless_that_is_meant():
    with pytest.raises(helm.HelmError, match="several hubs share clients' sessions"):
        rendered(sessions={})
    assert ("Deployment", "hub") in rendered(sessions={"none": True})
    alone = rendered(sessions={}, hub={"replicas": 1, "autoscaling": {"enabled": False}})
    assert alone["Deployment", "hub"]["spec"]["replicas"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"registry": "http://plain.example.com"},
        {"servers": {"Time": None}},
        {"servers": {"time": {"permission": {}}}},
        {"servers": {"github": {"secretEnv": {"TOKEN": "a secret"}}}},
        {"hub": {"replicas": 0}},
    ],
)
def test_values_that_are_wrong_are_refused(wrong):
    with helm.Chart.load(CHART) as chart, pytest.raises(helm.HelmError):
        chart.validate_schema(chart.merge_values({**USUAL, **wrong}))
