"""The kubectl verbs that change something: those that `--allow-write` offers, and those that have another way."""

from ack_mcp_server.kube.table.model import Effect, Flag, Grammar, Verb
from ack_mcp_server.kube.table.reads import NAMESPACE, SELECTOR, switches, values

DRY_RUN = Flag(name="dry-run", value=True, choices=("none", "client", "server"))
NAMES = Flag(name="output", short="o", value=True)
_COMMON = (NAMESPACE, NAMES, DRY_RUN)
_NAMES_ONLY = frozenset({"name"})  # whole objects would be printed by kubectl, with their secrets
FIELD_MANAGER = "ack-mcp-server"


def _write(name: str, about: str, grammar: Grammar, *flags: Flag, manager: bool = True, previews: bool = True) -> Verb:
    return Verb(
        name=name,
        effect=Effect.WRITE,
        about=about,
        grammar=grammar,
        flags=(*(_COMMON if previews else (NAMESPACE,)), *flags),
        formats=_NAMES_ONLY,
        field_manager=FIELD_MANAGER if manager else "",
    )


def _instead(name: str, about: str, instead: str) -> Verb:
    return Verb(name=name, effect=Effect.WRITE, about=about, instead=instead)


def _repeated(*names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name=name, value=True, repeats=True) for name in names)


_MANIFEST = "Send the finished object in the argument manifest, with apply or create."
_ALL = switches("all")

OFFERED = (
    _write(
        "annotate", "changes annotations", Grammar.CHANGES, SELECTOR, *values("field-selector"),
        *switches("all", "overwrite"),
    ),
    _write("apply", "creates or changes objects, server-side", Grammar.MANIFEST, *switches("force-conflicts")),
    _write(
        "autoscale", "creates an autoscaler", Grammar.RESOURCES,
        *values("min", "max", "cpu-percent", "cpu", "memory", "name"),
    ),
    _write("cordon", "keeps new pods off a node", Grammar.NODES, SELECTOR, DRY_RUN, manager=False, previews=False),
    _write("create", "creates objects", Grammar.MANIFEST),
    _write("create configmap", "creates a ConfigMap", Grammar.NAME, *_repeated("from-literal")),
    _write("create deployment", "creates a Deployment", Grammar.NAME, *_repeated("image"), *values("replicas", "port")),
    _write("create job", "creates a Job", Grammar.NAME, *values("image", "from")),
    _write("create namespace", "creates a namespace", Grammar.NAME),
    _write("create quota", "creates a quota", Grammar.NAME, *values("hard", "scopes")),
    _write("create serviceaccount", "creates an identity for pods", Grammar.NAME),
    _write(
        "delete", "removes objects", Grammar.RESOURCES_OR_MANIFEST, SELECTOR, *_ALL,
        Flag(name="cascade", value=True, choices=("background", "orphan", "foreground")),
        *values("field-selector", "grace-period", "timeout"), *switches("ignore-not-found", "now", "wait", "force"),
        manager=False,
    ),
    _write(
        "drain", "evicts the pods of a node", Grammar.NODES, SELECTOR, DRY_RUN,
        *values("pod-selector", "grace-period", "timeout"),
        *switches("ignore-daemonsets", "delete-emptydir-data", "force"), manager=False, previews=False,
    ),
    _write(
        "exec", "runs a command in a container", Grammar.EXEC, Flag(name="container", short="c", value=True),
        manager=False, previews=False,
    ),
    _write(
        "expose", "creates a Service", Grammar.RESOURCES, SELECTOR,
        *values("port", "target-port", "name", "type", "protocol", "session-affinity"),
    ),
    _write(
        "label", "changes labels", Grammar.CHANGES, SELECTOR, *values("field-selector"),
        *switches("all", "overwrite"),
    ),
    _write(
        "patch", "changes objects", Grammar.RESOURCES, Flag(name="patch", short="p", value=True),
        Flag(name="type", value=True, choices=("json", "merge", "strategic")),
        Flag(name="subresource", value=True, choices=("status", "scale", "resize")),
    ),
    _write("replace", "replaces objects", Grammar.MANIFEST),
    _write("rollout pause", "pauses a rollout", Grammar.RESOURCES, SELECTOR, previews=False),
    _write("rollout restart", "restarts the pods of a workload", Grammar.RESOURCES, SELECTOR, previews=False),
    _write("rollout resume", "resumes a rollout", Grammar.RESOURCES, SELECTOR, previews=False),
    _write("rollout undo", "goes back to an earlier revision", Grammar.RESOURCES, SELECTOR, *values("to-revision"),
           manager=False),
    _write(
        "scale", "changes the number of replicas", Grammar.RESOURCES, SELECTOR, *_ALL,
        *values("replicas", "current-replicas", "resource-version", "timeout"), manager=False,
    ),
    _write("set env", "changes environment variables", Grammar.CHANGES, SELECTOR, *_ALL,
           Flag(name="containers", short="c", value=True), *values("from", "prefix", "keys"), *switches("overwrite")),
    _write("set image", "changes images", Grammar.CHANGES, SELECTOR, *_ALL),
    _write("set resources", "changes requests and limits", Grammar.RESOURCES, SELECTOR, *_ALL,
           Flag(name="containers", short="c", value=True), *values("limits", "requests")),
    _write("taint", "changes the taints of a node", Grammar.CHANGES, SELECTOR, *switches("all", "overwrite")),
    _write("uncordon", "lets new pods onto a node", Grammar.NODES, SELECTOR, DRY_RUN, manager=False, previews=False),
)  # fmt: skip

OTHERS = (
    _instead("apply edit-last-applied", "changes an annotation in an editor", "Use apply with a manifest."),
    _instead("apply set-last-applied", "changes an annotation", "Use apply with a manifest."),
    _instead("auth reconcile", "creates and changes RBAC rules", "Use apply with a manifest."),
    _instead("certificate approve", "approves a certificate request", "Have a person decide it."),
    _instead("certificate deny", "denies a certificate request", "Have a person decide it."),
    _instead("create ingress", "creates an Ingress", _MANIFEST),
    _instead("create role", "creates RBAC rules", _MANIFEST),
    _instead("create rolebinding", "creates RBAC rules", _MANIFEST),
    _instead("create clusterrole", "creates RBAC rules", _MANIFEST),
    _instead("create clusterrolebinding", "creates RBAC rules", _MANIFEST),
    _instead("create cronjob", "creates a CronJob", _MANIFEST),
    _instead("create secret", "creates a Secret", _MANIFEST),
    _instead("create service", "creates a Service", "Use expose, or a manifest."),
    _instead("debug", "adds a container to a pod, or a pod to a node", "Use exec, logs and describe."),
    _instead("run", "creates a pod", _MANIFEST),
    _instead("set selector", "changes a selector", "Use patch."),
    _instead("set serviceaccount", "changes the identity of pods", "Use patch."),
    _instead("set subject", "changes who a role is bound to", "Use patch."),
)

WRITES = (*OFFERED, *OTHERS)
