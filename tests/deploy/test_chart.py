"""The chart as Helm renders it. It is not installed: no cluster is here that could pull an image."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ack_mcp_server.settings import Settings, sources_of
from tests.deploy.container import is_restricted, settings_of
from tests.deploy.deploy_tools import Helm, Refused, helm_engine, needs_deploy_tools
from tests.deploy.dockerfile import ROOT, stages
from tests.deploy.kept_secret import cluster_with_secret
from tests.deploy.manifests import Object, container_of, faults_of, objects_in, of_kind

pytestmark = needs_deploy_tools
VARIABLES = {name for field in Settings.model_fields.values() for name in sources_of(field)[0]}
ORIGINAL = {"accessKeyId": "LTAI", "accessKeySecret": "made-up", "transport": "sse"}
EVERYTHING: dict[str, Any] = {
    **ORIGINAL,
    "headersOnly": True,
    "kubeconfigMode": "INCLUSTER",
    "defaultClusterId": "c1",
    "toolsets": ["ack", "kubectl"],
    "allowWrite": True,
    "writePolicy": "confirm-all",
    "requireElicitation": True,
    "allowPrivileged": True,
    "allowSecrets": True,
    "allowKubeconfigHeader": True,
    "allowKubeconfigArgument": True,
    "clusters": ["c1", "c2"],
    "namespaces": ["shop"],
    "denyKinds": ["Secret"],
    "allowedHosts": ["*.example.com"],
    "allowedOrigins": ["https://ops.example.com"],
    "extraEnv": [{"name": "KUBECTL_TIMEOUT", "value": "45"}],
    "extraEnvFrom": [{"configMapRef": {"name": "more"}}],
    "image": {"repository": "a/b", "digest": "sha256:" + "0" * 64},
    "imagePullSecrets": [{"name": "pull"}],
    "replicaCount": 2,
    "ingress": {
        "enabled": True,
        "className": "mse",
        "annotations": {"a": "b"},
        "hosts": [{"host": "mcp.example.com"}, {"host": "x.example.com", "paths": [{"path": "/mcp"}]}],
        "tls": [{"hosts": ["mcp.example.com"], "secretName": "tls"}],
    },
    "service": {"type": "LoadBalancer", "annotations": {"a": "b"}},
    "serviceAccount": {"annotations": {"pod-identity.alibabacloud.com/role-name": "reader"}},
    "rbac": {"extraRules": [{"apiGroups": ["x.example"], "resources": ["things"], "verbs": ["get"]}]},
    "networkPolicy": {"enabled": True, "from": [{"podSelector": {}}], "extraEgress": [{"ports": [{"port": 80}]}]},
    "podDisruptionBudget": {"enabled": True},
    "podAnnotations": {"a": "b"},
    "podLabels": {"team": "sre"},
    "nodeSelector": {"a": "b"},
    "tolerations": [{"operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
    "priorityClassName": "high",
    "extraVolumes": [{"name": "kube", "secret": {"secretName": "kube"}}],
    "extraVolumeMounts": [{"name": "kube", "mountPath": "/kube"}],
}
CASES = {
    "nothing said": {},
    "the original's values": ORIGINAL,
    "everything": EVERYTHING,
    "secrets that exist": {"existingSecret": "key", "token": {"existingSecret": "token"}},
}


@pytest.fixture(scope="module")
def helm() -> Iterator[Helm]:
    with helm_engine() as engine:
        yield engine


def objects(helm: Helm, **values: Any) -> list[Object]:
    files = helm.render(**values)
    files.pop("NOTES.txt")
    return [each for text in files.values() for each in objects_in(text)]


def deployed(helm: Helm, **values: Any) -> Object:
    return of_kind(objects(helm, **values), "Deployment")


def started(helm: Helm, **values: Any) -> Settings:
    """The settings that the server would start with."""
    return settings_of(container_of(deployed(helm, **values)))


def secrets(helm: Helm, **values: Any) -> dict[str, dict[str, str]]:
    found = [each for each in objects(helm, **values) if each["kind"] == "Secret"]
    return {
        each["metadata"]["name"]: {name: base64.b64decode(value).decode() for name, value in each["data"].items()}
        for each in found
    }


def variables(helm: Helm, **values: Any) -> dict[str, Any]:
    return {each["name"]: each for each in container_of(deployed(helm, **values))["env"]}


def test_helms_own_lint_finds_nothing_but_the_missing_icon(helm: Helm) -> None:
    report = helm.ask("lint")
    assert report["errors"] == []
    assert [each["error"] for each in report["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("case", CASES)
def test_every_object_is_one_that_an_api_server_takes(helm: Helm, case: str) -> None:
    assert {each["kind"]: faults_of(each) for each in objects(helm, **CASES[case]) if faults_of(each)} == {}


@pytest.mark.parametrize("case", CASES)
def test_the_pod_is_restricted(helm: Helm, case: str) -> None:
    assert is_restricted(deployed(helm, **CASES[case]))


@pytest.mark.parametrize("case", CASES)
def test_every_variable_is_a_setting(helm: Helm, case: str) -> None:
    assert set(variables(helm, **CASES[case])) <= VARIABLES


def test_the_original_values_give_the_key_in_a_secret_and_the_transport(helm: Helm) -> None:
    assert secrets(helm, **ORIGINAL)["ack-mcp-server"] == {"ACCESS_KEY_ID": "LTAI", "ACCESS_KEY_SECRET": "made-up"}
    reference = variables(helm, **ORIGINAL)["ACCESS_KEY_SECRET"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "ack-mcp-server", "key": "ACCESS_KEY_SECRET"}
    assert started(helm, **ORIGINAL).transport == "sse"


def test_no_secret_is_outside_of_a_secret(helm: Helm) -> None:
    others = [each for each in objects(helm, **EVERYTHING, token={"value": "s3cret"}) if each["kind"] != "Secret"]
    assert not any(word in yaml.safe_dump_all(others) for word in ("made-up", "s3cret"))


def test_the_originals_image_path_is_the_whole_path(helm: Helm) -> None:
    image = container_of(deployed(helm, image={"registry": "example.com/acs/ack-mcp-server", "tag": "v2"}))["image"]
    assert image == "example.com/acs/ack-mcp-server:v2"


def test_by_default_it_reads_only_behind_a_token_that_is_made(helm: Helm) -> None:
    settings = started(helm)
    assert (settings.allow_write, settings.insecure, settings.host) == (False, False, "0.0.0.0")
    (made,) = secrets(helm).values()
    (again,) = secrets(helm).values()
    assert len(made["MCP_AUTH_TOKEN"]) == 40
    assert made != again


def test_a_token_that_was_made_before_is_kept(helm: Helm) -> None:
    with cluster_with_secret("kube-system", "ack-mcp-server-token", {"MCP_AUTH_TOKEN": "made-before"}) as kubeconfig:
        assert secrets(helm, kubeconfig=kubeconfig) == {"ack-mcp-server-token": {"MCP_AUTH_TOKEN": "made-before"}}
        said = secrets(helm, kubeconfig=kubeconfig, token={"value": "said-now"})
    assert said == {"ack-mcp-server-token": {"MCP_AUTH_TOKEN": "said-now"}}


def test_the_made_token_stays_when_the_release_goes(helm: Helm) -> None:
    meta = of_kind(objects(helm), "Secret")["metadata"]
    assert meta["annotations"]["helm.sh/resource-policy"] == "keep"


def test_every_value_reaches_the_servers_settings(helm: Helm) -> None:
    settings = started(helm, **EVERYTHING)
    assert settings.mode == "INCLUSTER"
    assert settings.headers_only and settings.allow_write and settings.allow_secrets and settings.allow_privileged
    assert (settings.write_policy, settings.require_elicitation) == ("confirm-all", True)
    assert settings.allow_kubeconfig_header and settings.allow_kubeconfig_argument
    assert settings.default_cluster_id == "c1"
    assert settings.toolsets == ("ack", "kubectl")
    assert (settings.clusters, settings.namespaces, settings.deny_kinds) == (("c1", "c2"), ("shop",), ("Secret",))
    assert settings.allowed_origins == ("https://ops.example.com",)


def test_clients_may_call_it_by_the_names_of_the_service_and_of_the_ingress(helm: Helm) -> None:
    service = ["ack-mcp-server"]
    for part in ("kube-system", "svc", "cluster.local"):
        service.append(f"{service[-1]}.{part}")
    ingress = ["mcp.example.com", "x.example.com"]
    assert list(started(helm, **EVERYTHING).allowed_hosts) == [*service, *ingress, "*.example.com"]


def test_secrets_that_exist_are_used_and_none_is_made(helm: Helm) -> None:
    case = CASES["secrets that exist"]
    assert secrets(helm, **case) == {}
    named = {
        name: each["valueFrom"]["secretKeyRef"]["name"]
        for name, each in variables(helm, **case).items()
        if "valueFrom" in each
    }
    assert named == {"MCP_AUTH_TOKEN": "token", "ACCESS_KEY_ID": "key", "ACCESS_KEY_SECRET": "key"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"accessKeyId": "LTAI"}, "accessKeySecret is missing"),
        ({"accessKeySecret": "x"}, "accessKeyId is missing"),
        ({"accessKeyId": "<your-access-key-id>", "accessKeySecret": "x"}, "/accessKeyId"),
        ({"acessKeyId": "x"}, "acessKeyId"),
        ({"transport": "stdio"}, "/transport"),
        ({"token": {"value": "two words"}}, "/token/value"),
        ({"ingress": {"enabled": True}}, "ingress.hosts is empty"),
        ({"extraArgs": ["ack-mcp-server"]}, "/extraArgs"),
    ],
)
def test_values_that_cannot_work_are_refused_by_name(helm: Helm, values: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        helm.render(**values)


def test_probes_ask_for_health_which_answers_any_host(helm: Helm) -> None:
    container = container_of(deployed(helm))
    probes = [container[name]["httpGet"] for name in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert probes == [{"path": "/healthz", "port": "http"}] * 3
    assert container["ports"][0]["containerPort"] == settings_of(container).port


def test_there_are_no_probes_where_the_kubelet_could_not_reach(helm: Helm) -> None:
    """The original's default host."""
    assert not any(name.endswith("Probe") for name in container_of(deployed(helm, host="127.0.0.1")))


def test_only_in_its_own_cluster_the_pod_has_an_identity_and_a_role(helm: Helm) -> None:
    plain, inside = objects(helm), objects(helm, kubeconfigMode="INCLUSTER")
    assert not of_kind(plain, "Deployment")["spec"]["template"]["spec"]["automountServiceAccountToken"]
    assert of_kind(inside, "Deployment")["spec"]["template"]["spec"]["automountServiceAccountToken"]
    assert {each["kind"] for each in inside} - {each["kind"] for each in plain} == {"ClusterRole", "ClusterRoleBinding"}


def test_the_role_reads_and_reaches_secrets_only_when_asked(helm: Helm) -> None:
    roles = [
        of_kind(objects(helm, kubeconfigMode="INCLUSTER", rbac={"secrets": said}), "ClusterRole")
        for said in (False, True)
    ]
    reach = [[r for rule in role["rules"] if "" in rule["apiGroups"] for r in rule["resources"]] for role in roles]
    assert {verb for role in roles for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list", "watch"}
    assert set(reach[1]) - set(reach[0]) == {"secrets"}
    assert "*" not in reach[0]


def test_the_plain_manifests_have_the_charts_role(helm: Helm) -> None:
    plain = objects_in((ROOT / "deploy" / "k8s" / "in-cluster" / "rbac.yaml").read_text())
    role = of_kind(objects(helm, kubeconfigMode="INCLUSTER"), "ClusterRole")
    assert of_kind(plain, "ClusterRole")["rules"] == role["rules"]


def test_the_plain_manifests_start_the_charts_container(helm: Helm) -> None:
    (plain,) = objects_in((ROOT / "deploy" / "k8s" / "base" / "deployment.yaml").read_text())
    ours, theirs = deployed(helm)["spec"]["template"]["spec"], plain["spec"]["template"]["spec"]
    parts = (
        "command",
        "securityContext",
        "resources",
        "startupProbe",
        "readinessProbe",
        "livenessProbe",
        "volumeMounts",
    )
    assert ours["securityContext"] == theirs["securityContext"]
    assert ours["volumes"] == theirs["volumes"]
    assert [ours["containers"][0][part] for part in parts] == [theirs["containers"][0][part] for part in parts]


def test_the_pod_runs_as_the_images_user(helm: Helm) -> None:
    security = deployed(helm)["spec"]["template"]["spec"]["securityContext"]
    assert f"{security['runAsUser']}:{security['runAsGroup']}" == stages()[-1].last("USER")


def test_what_is_optional_is_there_when_it_is_asked_for(helm: Helm) -> None:
    optional = {"Ingress", "NetworkPolicy", "PodDisruptionBudget"}
    assert {each["kind"] for each in objects(helm)} & optional == set()
    assert {each["kind"] for each in objects(helm, **EVERYTHING)} & optional == optional


def test_the_network_policy_lets_names_clouds_and_api_servers_be_reached(helm: Helm) -> None:
    policy = of_kind(objects(helm, networkPolicy={"enabled": True}), "NetworkPolicy")["spec"]
    ports = {port["port"] for rule in policy["egress"] for port in rule["ports"]}
    assert ports == {53, 443, 6443}
    assert policy["ingress"] == [{"ports": [{"port": "http", "protocol": "TCP"}]}]


def test_a_service_of_many_pods_keeps_a_client_at_one(helm: Helm) -> None:
    assert "sessionAffinity" not in of_kind(objects(helm), "Service")["spec"]
    assert of_kind(objects(helm, replicaCount=2), "Service")["spec"]["sessionAffinity"] == "ClientIP"


def test_variables_of_other_services_are_not_read_as_settings(helm: Helm) -> None:
    assert deployed(helm)["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_the_notes_say_where_it_is_and_whose_token(helm: Helm) -> None:
    notes = helm.render(**ORIGINAL)["NOTES.txt"]
    assert "/sse" in notes and "It only reads." in notes
    assert "get secret ack-mcp-server-token" in notes
    assert "made-up" not in notes
