"""The identity of the pod in which the server runs."""

import asyncio
import base64
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.kube import incluster
from ack_mcp_server.kube.incluster import pod_kubeconfig
from tests.conftest import door_to, made_settings, needs
from tests.kube.test_access import kubeconfig_files


@pytest.fixture
def pod(kubeconfig: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files and variables that a pod of the staging cluster would find."""
    config = yaml.safe_load(kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    directory = tmp_path / "serviceaccount"
    directory.mkdir()
    (directory / "token").write_text(user["token"] + "\n")
    (directory / "ca.crt").write_bytes(base64.b64decode(cluster["certificate-authority-data"]))
    address = urlsplit(cluster["server"])
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", str(address.hostname))
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(address.port))
    monkeypatch.setattr(pod_kubeconfig, "__defaults__", (directory,))
    return directory


@needs("kubectl")
@pytest.mark.parametrize("said", [{"KUBECONFIG_MODE": "INCLUSTER"}, {"K8S_IN_CLUSTER": "true"}])
async def test_commands_run_with_the_pods_identity(pod: Path, said: dict[str, str]) -> None:
    async with door_to(made_settings(**said)) as door:
        assert (await door.ok("ack_kubectl", command="get pods -A")).text.startswith("NAMESPACE")
        assert "kubeconfig (INCLUSTER)" in (await door.ok("list_clusters")).text


@needs("kubectl")
async def test_a_new_token_is_used_at_once(pod: Path) -> None:
    good = (pod / "token").read_text()
    async with door_to(made_settings(KUBECONFIG_MODE="INCLUSTER")) as door:
        (pod / "token").write_text("expired")
        assert "logged in" in await door.error("ack_kubectl", command="get pods")
        (pod / "token").write_text(good)
        assert await door.ok("ack_kubectl", command="get pods -A")


async def test_outside_of_a_pod_the_mode_says_so() -> None:
    async with door_to(made_settings(KUBECONFIG_MODE="INCLUSTER")) as door:
        told = await door.error("ack_kubectl", command="get pods")
    assert told.startswith("Configuration: kubeconfig mode INCLUSTER works inside a pod only")


def test_a_pod_without_the_apis_address_is_an_error(pod: Path) -> None:
    with pytest.raises(ConfigurationError, match="KUBERNETES_SERVICE_HOST is not set"):
        pod_kubeconfig({}, pod)


def test_the_place_of_the_files_is_that_of_every_pod() -> None:
    assert str(incluster.SERVICE_ACCOUNT) == "/var/run/secrets/kubernetes.io/serviceaccount"


@needs("kubectl")
async def test_a_renewed_token_leaves_nothing_of_the_former_one(
    pod: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    good = (pod / "token").read_text()
    async with door_to(made_settings(KUBECONFIG_MODE="INCLUSTER")) as door:
        for token in ("first", "second", good):
            (pod / "token").write_text(token)
            await asyncio.gather(*(door.call("ack_kubectl", command="get pods -A") for _ in range(4)))
        assert len(kubeconfig_files(tmp_path)) == 1
        assert await door.ok("ack_kubectl", command="get pods -A")
