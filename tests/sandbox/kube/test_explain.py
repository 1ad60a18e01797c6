"""`kubectl explain` finds the fields of built-in kinds and of custom ones."""

import pytest

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import needs_kubectl

pytestmark = needs_kubectl


@pytest.mark.parametrize(
    "path, shown",
    [
        ("pods.spec.containers.resources.limits", "Limits describes the maximum amount of compute resources allowed"),
        ("deployment.spec.strategy", "enum: Recreate, RollingUpdate"),
        ("service.spec.clusterIP", "FIELD: clusterIP <string>"),
        ("nodes.spec.taints", "FIELD: taints <[]Taint>"),
        ("cronjob.spec.schedule", "The schedule in Cron format"),
        ("backups.spec.target", "The workload whose volumes are saved."),
        ("tenant", "Tenant is a customer with namespaces of its own."),
    ],
)
def test_explain_shows(staging: Cluster, path: str, shown: str) -> None:
    assert shown in staging.kubectl(f"explain {path}")


@pytest.mark.parametrize(
    "path, shown",
    [
        ("pods.spec.containers", "image\t<string>"),
        ("backups.spec", "The workload whose volumes are saved."),
    ],
)
def test_explain_also_reads_version_2(staging: Cluster, path: str, shown: str) -> None:
    assert shown in staging.kubectl(f"explain {path} --output=plaintext-openapiv2")


def test_explain_recursive_lists_nested_fields(staging: Cluster) -> None:
    assert "maxUnavailable" in staging.kubectl("explain deployment.spec --recursive")
