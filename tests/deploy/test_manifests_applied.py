"""The plain manifests, given to the API server of the sandbox by real kubectl."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import kubeconfig_of, needs, running_sandbox
from tests.deploy.dockerfile import ROOT

MANIFESTS = ROOT / "deploy" / "k8s"

pytestmark = [pytest.mark.slow, needs("kubectl")]


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of a cluster of its own, because a namespace is made in it."""
    with running_sandbox() as region:
        path = tmp_path_factory.mktemp("kube") / "kubeconfig"
        path.write_text(kubeconfig_of(region, "staging"))
        yield path


def kubectl(kubeconfig: Path, *words: str) -> str:
    told = subprocess.run(
        ["kubectl", f"--kubeconfig={kubeconfig}", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 0, told.stderr
    assert not told.stderr
    return told.stdout


@pytest.mark.parametrize("overlay", ["base", "in-cluster"])
def test_an_api_server_would_take_every_object(kubeconfig: Path, overlay: str) -> None:
    kubectl(kubeconfig, "apply", "-f", str(MANIFESTS / "base" / "namespace.yaml"))
    kustomized = kubectl(kubeconfig, "kustomize", str(MANIFESTS / overlay))
    told = kubectl(kubeconfig, "apply", "--dry-run=server", "-k", str(MANIFESTS / overlay))
    lines = told.splitlines()
    assert all(line.endswith("(server dry run)") for line in lines)
    assert len(lines) == kustomized.count("\nkind: ") + kustomized.startswith("kind: ")
    assert any(line.startswith("deployment.apps/") and "created" in line for line in lines)


def test_the_example_secret_would_be_taken_too(kubeconfig: Path) -> None:
    kubectl(kubeconfig, "apply", "-f", str(MANIFESTS / "base" / "namespace.yaml"))
    told = kubectl(kubeconfig, "apply", "--dry-run=server", "-f", str(MANIFESTS / "secret.example.yaml"))
    assert told.startswith("secret/")


def test_an_object_with_an_unknown_field_would_be_refused(kubeconfig: Path, tmp_path: Path) -> None:
    kubectl(kubeconfig, "apply", "-f", str(MANIFESTS / "base" / "namespace.yaml"))
    wrong = tmp_path / "service.yaml"
    wrong.write_text((MANIFESTS / "base" / "service.yaml").read_text().replace("ports:", "prots:"))
    with pytest.raises(AssertionError, match="prots"):
        kubectl(kubeconfig, "apply", "--dry-run=server", "-f", str(wrong))
