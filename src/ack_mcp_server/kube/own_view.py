"""What this server uses for a cluster, in the words of `config view`; never the kubeconfig itself."""

from ack_mcp_server.kube.access import Access
from ack_mcp_server.settings import Settings
from ack_mcp_server.timerange import rfc3339


def own_view(access: Access, settings: Settings) -> str:
    facts = {
        "cluster": access.cluster_id,
        "kubeconfig mode": access.key[2],
        "API server": access.server or "as in the operator's kubeconfig",
        "identity": f"fingerprint {access.key[0]}" if access.is_callers else "the server's own",
        "until": rfc3339(access.expires) if access.expires else "",
        "default namespace": settings.k8s_namespace,
        "bound to namespaces": ", ".join(settings.namespaces),
        "kinds never touched": ", ".join(settings.deny_kinds),
    }
    return "\n".join(f"{name}: {value}" for name, value in facts.items() if value)
