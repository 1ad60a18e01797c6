"""The identity that Kubernetes gives the pod in which this server runs. The token file is read anew for each command,
because the kubelet replaces it."""

import base64
from collections.abc import Mapping
from pathlib import Path

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.kube.kubeconfig import Kubeconfig

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")  # where every pod finds it
_HOST, _PORT = "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"


def pod_kubeconfig(environment: Mapping[str, str], directory: Path = SERVICE_ACCOUNT) -> Kubeconfig:
    """Blocks on two small files. Raises ConfigurationError outside of a pod."""
    host, port = environment.get(_HOST, ""), environment.get(_PORT, "443")
    try:
        token = (directory / "token").read_text(encoding="utf-8").strip()
        authority = (directory / "ca.crt").read_bytes()
    except OSError as exc:
        raise _not_in_a_pod("its service account's files are not there") from exc
    if not host or not token:
        raise _not_in_a_pod(f"{_HOST} is not set" if not host else "its token file is empty")
    address = f"[{host}]" if ":" in host else host
    return Kubeconfig(
        server=f"https://{address}:{port}",
        certificate_authority_data=base64.b64encode(authority).decode(),
        token=token,
        expires=None,
    )


def _not_in_a_pod(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"kubeconfig mode INCLUSTER works inside a pod only: {why}",
        next_step="Use --kubeconfig-mode LOCAL or ACK_PUBLIC, or give the pod a service account.",
    )
