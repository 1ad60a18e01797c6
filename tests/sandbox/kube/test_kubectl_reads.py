"""What people type first: the real kubectl reads the staging cluster."""

import json
import re
import subprocess

import pytest
import yaml

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import needs_kubectl

pytestmark = needs_kubectl


def test_get_pods_lists_31_running_pods(staging: Cluster) -> None:
    lines = staging.kubectl("get pods -A --no-headers").splitlines()
    assert len(lines) == 31 and all(line.split()[3] == "Running" for line in lines)


def test_wide_pods_show_address_and_node(staging: Cluster) -> None:
    header, first, *_ = staging.kubectl("get pods -n shop -o wide").splitlines()
    assert header.split()[:7] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"]
    assert re.search(r"10\.0\.128\.\d+ +cn-shanghai\.10\.0\.1\.\d+ ", first)


def test_json_output_is_a_list_of_whole_pods(staging: Cluster) -> None:
    found = json.loads(staging.kubectl("get pods -n shop -o json"))
    assert {pod["status"]["phase"] for pod in found["items"]} == {"Running"}


def test_json_output_hides_managed_fields_unless_asked(staging: Cluster) -> None:
    assert "managedFields" not in staging.kubectl("get pods -n shop -o json")
    assert "managedFields" in staging.kubectl("get pods -n shop -o json --show-managed-fields")


def test_yaml_output_is_the_same_document(staging: Cluster) -> None:
    command = "get deploy cart -n shop -o "
    assert yaml.safe_load(staging.kubectl(command + "yaml")) == json.loads(staging.kubectl(command + "json"))


def test_name_output_names_kind_and_group(staging: Cluster) -> None:
    assert staging.kubectl("get deploy -n shop -o name").splitlines()[0] == "deployment.apps/cart"


@pytest.mark.parametrize(
    "command, shown",
    [
        ("version", "Server Version: v1.33.3-aliyun.1"),
        ("cluster-info", "KubeDNS is running at https://127.0.0.1"),
        ("describe deploy cart -n shop", "OldReplicaSets:  cart-"),
        ("describe node -l kubernetes.io/os=linux", "Non-terminated Pods:"),
        ("describe svc cart -n shop", ":8080,"),
        ("describe ingress frontend -n shop", "staging.shop.example.com"),
        ("get all -n shop", "deployment.apps/cart"),
        ("get componentstatuses", "Healthy"),
        ("rollout status deploy/cart -n shop", "successfully rolled out"),
        ("rollout history deploy/cart -n shop", "REVISION"),
        ("get events.events.k8s.io -A", ""),
        ("get pods -n shop --sort-by=.status.startTime", "cart-"),
        ("get pods -n shop --show-labels", "pod-template-hash="),
        ("get pods -n shop -L team", "TEAM"),
        ("get deploy cart -n shop -o jsonpath={.spec.template.spec.containers[0].image}", "/shop/cart:v2.15.0-rc1"),
        ("wait --for=condition=Ready pod -l app=cart -n shop --timeout=5s", "condition met"),
        ("api-versions", "metrics.k8s.io/v1beta1"),
        ("get --raw /readyz?verbose", "readyz check passed"),
    ],
)
def test_kubectl_shows(staging: Cluster, command: str, shown: str) -> None:
    assert shown in staging.kubectl(command)


def test_describe_pod_shows_probe_volume_and_conditions(staging: Cluster) -> None:
    text = staging.kubectl("describe pods -n shop -l app=cart")
    assert "http-get http://:8080/healthz" in text and "kube-api-access-" in text and "ContainersReady" in text


def test_the_new_replica_set_is_the_one_with_pods(staging: Cluster) -> None:
    text = staging.kubectl("describe deploy cart -n shop")
    assert re.search(r"NewReplicaSet: +cart-\w+ \(2/2 replicas created\)", text)


def test_top_pods_shows_one_line_per_running_pod(staging: Cluster) -> None:
    lines = staging.kubectl("top pods -A --no-headers").splitlines()
    assert len(lines) == 31 and re.search(r"\d+m +\d+Mi", lines[0])


def test_top_nodes_shows_shares(staging: Cluster) -> None:
    assert re.search(r"cn-shanghai\.10\.0\.1\.10 +\d+m +\d+% +\d+Mi +\d+%", staging.kubectl("top nodes"))


def test_top_pods_by_container_names_the_container(staging: Cluster) -> None:
    assert re.search(r"cart-\S+ +app +\d+m", staging.kubectl("top pods -n shop --containers"))


def test_api_resources_knows_short_names_and_custom_resources(staging: Cluster) -> None:
    text = staging.kubectl("api-resources")
    assert re.search(r"pods +po +v1 +true +Pod", text)
    assert re.search(r"backups +bk +ops.example.com/v1alpha1 +true +Backup", text)


def test_custom_resources_print_their_own_columns(staging: Cluster) -> None:
    header, row = staging.kubectl("get bk -n shop -o wide").splitlines()
    assert header.split() == ["NAME", "TARGET", "PHASE", "LAST", "BACKUP", "SCHEDULE", "AGE"]
    assert row.split()[1:3] == ["orders-db", "Ready"]


def test_an_unknown_type_is_the_clients_error(staging: Cluster) -> None:
    assert staging.kubectl.error("get nosuch") == 'error: the server doesn\'t have a resource type "nosuch"\n'


def test_an_unknown_pod_is_not_found(staging: Cluster) -> None:
    error = staging.kubectl.error("get pod nosuch -n shop")
    assert error == 'Error from server (NotFound): pods "nosuch" not found\n'


def test_an_empty_namespace_has_no_resources(staging: Cluster) -> None:
    done = staging.kubectl.run("get", "pods", "-n", "kube-public")
    assert (done.stdout, done.stderr) == ("", "No resources found in kube-public namespace.\n")


def test_a_client_certificate_logs_in_as_well(staging: Cluster) -> None:
    shown = staging.kubectl("auth whoami", credential="certificate")
    assert "admin" in shown and "X509SHA256=" in shown


EVERY_KIND = (
    "cm,ep,events,limits,ns,no,pvc,pv,po,podtemplates,rc,quota,sa,svc,secrets,ds,deploy,rs,sts,controllerrevisions,hpa,cj,"
    "jobs,csr,leases,endpointslices,flowschemas,prioritylevelconfigurations,ingressclasses,ing,netpol,runtimeclasses,"
    "pdb,clusterrolebindings,clusterroles,rolebindings,roles,pc,csidrivers,csinodes,csistoragecapacities,sc,"
    "volumeattachments,mutatingwebhookconfigurations,validatingadmissionpolicies,validatingadmissionpolicybindings,"
    "validatingwebhookconfigurations,crd,apiservices,bk,tnt"
)


def _failure(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """What went wrong; warnings of deprecated kinds are as they should be, and older clients still read such kinds."""
    return [line for line in done.stderr.splitlines() if not line.startswith("Warning: v1 Endpoints is deprecated")]


def test_every_kind_can_be_listed_in_the_wide_form(production: Cluster) -> None:
    done = production.kubectl.run("get", EVERY_KIND, "-A", "-o", "wide")
    assert (done.returncode, _failure(done)) == (0, [])


def test_a_deprecated_kind_is_warned_of(staging: Cluster) -> None:
    done = staging.kubectl.run("get", "componentstatuses,endpoints", "-n", "shop")
    assert done.stderr.splitlines() == [
        "Warning: v1 ComponentStatus is deprecated in v1.19+",
        "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ]


def test_the_scale_of_a_workload_has_columns_of_its_own(staging: Cluster) -> None:
    header, row = staging.kubectl("get deploy/cart -n shop --subresource=scale").splitlines()
    assert (header.split(), row.split()[:3]) == (["NAME", "DESIRED", "AVAILABLE", "AGE"], ["cart", "2", "2"])


def test_flow_schemas_name_their_priority_level(staging: Cluster) -> None:
    header = staging.kubectl("get flowschemas").splitlines()[0]
    assert header.split() == ["NAME", "PRIORITYLEVEL", "MATCHINGPRECEDENCE", "DISTINGUISHERMETHOD", "AGE", "MISSINGPL"]


@pytest.mark.slow
def test_every_object_can_be_described(production: Cluster) -> None:
    kinds = (
        "cm,ns,pvc,pv,quota,limits,sa,svc,ds,deploy,sts,rs,hpa,cj,jobs,ing,netpol,pdb,roles,sc,pc,crd,bk,tnt,secrets"
    )
    done = production.kubectl.run("describe", kinds, "-A")
    assert (done.returncode, _failure(done)) == (0, [])
