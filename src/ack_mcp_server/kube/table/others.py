"""The kubectl verbs that change something, and those that are never offered."""

from ack_mcp_server.kube.table.model import Effect, Verb


def _write(name: str, about: str) -> Verb:
    return Verb(name=name, effect=Effect.WRITE, about=about)


def _never(name: str, about: str, instead: str) -> Verb:
    return Verb(name=name, effect=Effect.NEVER, about=about, instead=instead)


WRITES = (
    _write("annotate", "changes annotations"),
    _write("apply", "creates or changes objects"),
    _write("apply edit-last-applied", "changes an annotation in an editor"),
    _write("apply set-last-applied", "changes an annotation"),
    _write("auth reconcile", "creates and changes RBAC rules"),
    _write("autoscale", "creates an autoscaler"),
    _write("certificate approve", "approves a certificate request"),
    _write("certificate deny", "denies a certificate request"),
    _write("cordon", "keeps new pods off a node"),
    _write("create", "creates objects"),
    _write("debug", "adds a container to a pod, or a pod to a node"),
    _write("delete", "removes objects"),
    _write("drain", "evicts the pods of a node"),
    _write("exec", "runs a command in a container"),
    _write("expose", "creates a Service"),
    _write("label", "changes labels"),
    _write("patch", "changes objects"),
    _write("replace", "replaces objects"),
    _write("rollout pause", "pauses a rollout"),
    _write("rollout restart", "restarts the pods of a workload"),
    _write("rollout resume", "resumes a rollout"),
    _write("rollout undo", "goes back to an earlier revision"),
    _write("run", "creates a pod"),
    _write("scale", "changes the number of replicas"),
    _write("set env", "changes environment variables"),
    _write("set image", "changes images"),
    _write("set resources", "changes requests and limits"),
    _write("set selector", "changes a selector"),
    _write("set serviceaccount", "changes the identity of pods"),
    _write("set subject", "changes who a role is bound to"),
    _write("taint", "changes the taints of a node"),
    _write("uncordon", "lets new pods onto a node"),
)

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
