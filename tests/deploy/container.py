"""What a Deployment would start: its command line read by the server's own parser, its security context judged."""

from typing import Any

from ack_mcp_server.cli import _flags, parser
from ack_mcp_server.settings import Settings, load_settings
from tests.deploy.manifests import Object, container_of


def settings_of(container: Object) -> Settings:
    """As the server would read them; a flag or a value that it does not know ends the test."""
    assert container["command"] == ["ack-mcp-server"]
    return load_settings(_flags(parser().parse_args(container["args"])), env_file=None)


def flags_of(container: Object) -> dict[str, str]:
    """Without those that take no value."""
    return dict(each.split("=", 1) for each in container["args"] if "=" in each)


def is_restricted(deployment: Object) -> bool:
    """The restricted Pod Security Standard, and a root file system that cannot be written to."""
    pod = deployment["spec"]["template"]["spec"]
    container = container_of(deployment)
    return all(
        (
            pod["securityContext"]["runAsNonRoot"] is True,
            pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"},
            container["securityContext"]["allowPrivilegeEscalation"] is False,
            container["securityContext"]["readOnlyRootFilesystem"] is True,
            container["securityContext"]["capabilities"] == {"drop": ["ALL"]},
            not any(pod.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")),
            all(set(volume) & {"emptyDir", "secret", "configMap"} for volume in _volumes(pod)),
        )
    )


def _volumes(pod: Object) -> list[dict[str, Any]]:
    return list(pod.get("volumes") or [])
