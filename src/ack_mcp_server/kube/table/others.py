"""The kubectl verbs that are never offered."""

from ack_mcp_server.kube.table.model import Effect, Verb


def _never(name: str, about: str, instead: str) -> Verb:
    return Verb(name=name, effect=Effect.NEVER, about=about, instead=instead)


_OWN_VIEW = "Use config view, which tells what this server uses."
_CHANGES_CONFIG = "changes a kubeconfig"

NEVERS = (
    _never("alpha", "unfinished commands", "Use the verb that took its place."),
    _never("apply view-last-applied", "shows an annotation that may hold a Secret's contents", "Use get -o yaml."),
    _never("attach", "connects to a running container", "Use logs, with -f for a while."),
    _never("cluster-info dump", "dumps the state of the cluster", "Use get, describe and logs for what you need."),
    _never("completion", "prints shell code", "There is no shell here."),
    _never("config delete-cluster", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config delete-context", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config delete-user", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config get-clusters", "reads a kubeconfig", _OWN_VIEW),
    _never("config get-users", "reads a kubeconfig", _OWN_VIEW),
    _never("config rename-context", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config set", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config set-cluster", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config set-context", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config set-credentials", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config unset", _CHANGES_CONFIG, _OWN_VIEW),
    _never("config use-context", _CHANGES_CONFIG, "Name the cluster with cluster_id."),
    _never("cp", "copies files to and from containers", "Use logs, or get a ConfigMap with -o yaml."),
    _never("create token", "prints a credential", "Have a person create it."),
    _never("diff", "compares files with the cluster", "Use get with -o yaml and compare."),
    _never("edit", "opens an editor", "Read with get -o yaml."),
    _never("help", "prints help", "Use explain for kinds, options for what is offered here."),
    _never("kuberc", "changes kubectl's preferences", "There are none here."),
    _never("kustomize", "reads files of the server", "Send finished manifests."),
    _never("plugin", "runs programs of the server", "Use the verbs that are offered."),
    _never("port-forward", "opens a port on the server", "Use get endpoints and logs."),
    _never("proxy", "opens a port on the server", "Use get; every kind can be read with it."),
)
