"""The plain manifests: real kubectl puts them together, the published schemas and the server's settings judge them."""

import subprocess
from functools import cache

import pytest
import yaml

from ack_mcp_server.settings import Settings, sources_of
from tests.conftest import needs
from tests.deploy.container import flags_of, is_restricted, settings_of
from tests.deploy.dockerfile import ROOT, stages
from tests.deploy.manifests import Object, container_of, faults_of, objects_in, of_kind

MANIFESTS = ROOT / "deploy" / "k8s"
VARIABLES = {name for field in Settings.model_fields.values() for name in sources_of(field)[0]}
OVERLAYS = ["base", "in-cluster"]
EXAMPLE = MANIFESTS / "secret.example.yaml"

pytestmark = needs("kubectl")


@cache
def built(overlay: str) -> tuple[Object, ...]:
    told = subprocess.run(
        ["kubectl", "kustomize", str(MANIFESTS / overlay)], capture_output=True, text=True, check=True, timeout=30
    )
    return tuple(objects_in(told.stdout))


def the(overlay: str, kind: str) -> Object:
    return of_kind(list(built(overlay)), kind)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_one_that_an_api_server_takes(overlay: str) -> None:
    assert {each["metadata"]["name"]: faults_of(each) for each in built(overlay) if faults_of(each)} == {}


def test_the_schemas_refuse_an_unknown_field_and_a_wrong_type() -> None:
    service = the("base", "Service")
    assert faults_of({**service, "spec": {**service["spec"], "prots": []}})
    assert faults_of({**service, "spec": {**service["spec"], "ports": [{"port": "8000"}]}})


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_everything_lives_in_the_namespace_that_is_made(overlay: str) -> None:
    within = {each["metadata"].get("namespace") for each in built(overlay)} - {None}
    assert within == {the(overlay, "Namespace")["metadata"]["name"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_pod_meets_the_standard_that_its_namespace_enforces(overlay: str) -> None:
    assert the(overlay, "Namespace")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert is_restricted(the(overlay, "Deployment"))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_flag_and_variable_exists_and_nothing_loosens_safety(overlay: str) -> None:
    container = container_of(the(overlay, "Deployment"))
    settings = settings_of(container)
    assert (settings.transport, settings.host) == ("http", "0.0.0.0")
    assert not settings.allow_write and not settings.insecure and not settings.allow_secrets
    assert {each["name"] for each in container["env"]} <= VARIABLES


def test_the_example_holds_the_variables_that_the_pod_takes_and_no_values() -> None:
    secret = yaml.safe_load(EXAMPLE.read_text())
    taken = [each["valueFrom"]["secretKeyRef"] for each in container_of(the("base", "Deployment"))["env"]]
    assert {each["name"] for each in taken} == {secret["metadata"]["name"]}
    assert secret["stringData"] == {each["key"]: "" for each in taken}
    assert faults_of(secret) == []


def test_a_filled_secret_is_not_committed() -> None:
    assert "secret.yaml" in (MANIFESTS / ".gitignore").read_text().split()


def test_the_service_reaches_the_pod_on_the_port_that_it_listens_on() -> None:
    service, deployment = the("base", "Service"), the("base", "Deployment")
    container = container_of(deployment)
    (port,) = container["ports"]
    assert service["spec"]["selector"].items() <= deployment["spec"]["template"]["metadata"]["labels"].items()
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    assert port["containerPort"] == settings_of(container).port


def test_clients_in_the_cluster_may_call_it_by_every_name_of_the_service() -> None:
    meta = the("base", "Service")["metadata"]
    name, namespace = meta["name"], meta["namespace"]
    short = f"{name}.{namespace}"
    names = (name, short, f"{short}.svc", f"{short}.svc.cluster.local")
    assert settings_of(container_of(the("base", "Deployment"))).allowed_hosts == names


def test_only_the_overlay_gives_the_pod_an_identity_in_the_cluster() -> None:
    automounts = [
        the(each, "Deployment")["spec"]["template"]["spec"]["automountServiceAccountToken"] for each in OVERLAYS
    ]
    modes = [flags_of(container_of(the(each, "Deployment")))["--kubeconfig-mode"] for each in OVERLAYS]
    assert (automounts, modes) == ([False, True], ["ACK_PUBLIC", "INCLUSTER"])
    assert [each["kind"] for each in built("base") if each["kind"].startswith("ClusterRole")] == []


def test_the_role_reads_and_does_not_reach_secrets() -> None:
    rules = the("in-cluster", "ClusterRole")["rules"]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list", "watch"}
    assert all(
        "*" not in rule["resources"] and "secrets" not in rule["resources"] for rule in rules if "" in rule["apiGroups"]
    )
    assert not any("*" in rule["apiGroups"] for rule in rules)


def test_the_role_is_bound_to_the_pods_account() -> None:
    binding, pod = the("in-cluster", "ClusterRoleBinding"), the("in-cluster", "Deployment")
    assert binding["roleRef"]["name"] == the("in-cluster", "ClusterRole")["metadata"]["name"]
    (subject,) = binding["subjects"]
    assert subject["name"] == pod["spec"]["template"]["spec"]["serviceAccountName"]
    assert subject["namespace"] == pod["metadata"]["namespace"]


def test_the_manifests_run_the_images_user() -> None:
    user, group = stages()[-1].last("USER").split(":")
    security = the("base", "Deployment")["spec"]["template"]["spec"]["securityContext"]
    assert (str(security["runAsUser"]), str(security["runAsGroup"])) == (user, group)
