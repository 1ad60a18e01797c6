"""The kubectl verbs that read, as kubectl 1.28 to 1.36 have them, without flags that reach beyond the cluster."""

from ack_mcp_server.kube.table.model import Effect, Flag, Grammar, Verb


def switches(*names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name=name) for name in names)


def values(*names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name=name, value=True) for name in names)


NAMESPACE = Flag(name="namespace", short="n", value=True)
ALL_NAMESPACES = Flag(name="all-namespaces", short="A")
SELECTOR = Flag(name="selector", short="l", value=True)
OUTPUT = Flag(name="output", short="o", value=True)
WATCH = Flag(name="watch", short="w")
VERBOSITY = Flag(name="v", short="v", value=True)  # up to 4: above, requests are logged with their headers
REQUEST_TIMEOUT = Flag(name="request-timeout", value=True)
# Others, such as proxy, exec and log, would reach beyond the object.
SUBRESOURCE = Flag(name="subresource", value=True, choices=("status", "scale", "resize", "ephemeralcontainers"))
EVERYWHERE = (NAMESPACE, VERBOSITY, REQUEST_TIMEOUT)

# go-template is not among them: it would have to run on objects without their secrets, which only this process has.
OBJECT_FORMATS = frozenset({"json", "yaml", "name", "jsonpath", "jsonpath-as-json"})
LIST_FORMATS = OBJECT_FORMATS | {"wide", "custom-columns"}
VERSION_FORMATS = frozenset({"json", "yaml"})

READS = (
    Verb(
        name="get",
        effect=Effect.READ,
        about="lists objects, or shows them",
        grammar=Grammar.RESOURCES,
        flags=(
            *EVERYWHERE,
            ALL_NAMESPACES,
            SELECTOR,
            OUTPUT,
            WATCH,
            Flag(name="label-columns", short="L", value=True, repeats=True),
            SUBRESOURCE,
            *values("field-selector", "sort-by", "chunk-size"),
            *switches("watch-only", "output-watch-events", "show-labels", "show-kind", "no-headers"),
            *switches("ignore-not-found", "show-managed-fields", "server-print", "allow-missing-template-keys"),
        ),
        formats=LIST_FORMATS,
    ),
    Verb(
        name="describe",
        effect=Effect.READ,
        about="shows objects in detail, with their events",
        grammar=Grammar.RESOURCES,
        flags=(*EVERYWHERE, ALL_NAMESPACES, SELECTOR, *switches("show-events"), *values("chunk-size")),
    ),
    Verb(
        name="logs",
        effect=Effect.READ,
        about="prints what containers wrote",
        grammar=Grammar.POD,
        flags=(
            *EVERYWHERE,
            SELECTOR,
            Flag(name="container", short="c", value=True),
            Flag(name="follow", short="f"),
            Flag(name="previous", short="p"),
            *values("tail", "since", "since-time", "limit-bytes", "max-log-requests", "pod-running-timeout"),
            *switches("all-containers", "all-pods", "prefix", "timestamps", "ignore-errors"),
            Flag(name="grep", value=True, ours=True),  # lines that match; there is no pipe to a grep here
        ),
    ),
    Verb(
        name="events",
        effect=Effect.READ,
        about="lists events in the order of time",
        flags=(
            *EVERYWHERE,
            ALL_NAMESPACES,
            OUTPUT,
            WATCH,
            *values("for", "chunk-size"),
            Flag(name="types", value=True, repeats=True),
            *switches("no-headers", "show-managed-fields", "allow-missing-template-keys"),
        ),
        formats=LIST_FORMATS - {"custom-columns"},
    ),
    Verb(
        name="top",
        effect=Effect.READ,
        about="shows CPU and memory in use",
        grammar=Grammar.USAGE,
        flags=(
            *EVERYWHERE,
            ALL_NAMESPACES,
            SELECTOR,
            *values("field-selector", "sort-by"),
            *switches("containers", "no-headers", "sum", "show-capacity", "use-protocol-buffers"),
        ),
    ),
    Verb(
        name="explain",
        effect=Effect.READ,
        about="tells the fields of a kind",
        grammar=Grammar.FIELD_PATH,
        flags=(*EVERYWHERE, OUTPUT, *values("api-version"), *switches("recursive")),
        formats=frozenset({"plaintext", "plaintext-openapiv2"}),
    ),
    Verb(
        name="api-resources",
        effect=Effect.READ,
        about="lists the kinds that the cluster serves",
        flags=(
            *EVERYWHERE,
            OUTPUT,
            *values("api-group", "sort-by"),
            Flag(name="categories", value=True, repeats=True),
            Flag(name="verbs", value=True, repeats=True),
            *switches("namespaced", "no-headers", "cached"),
        ),
        formats=frozenset({"wide", "name"}),
    ),
    Verb(name="api-versions", effect=Effect.READ, about="lists the API groups and versions", flags=EVERYWHERE),
    Verb(
        name="version",
        effect=Effect.READ,
        about="tells the versions of kubectl and of the API server",
        flags=(*EVERYWHERE, OUTPUT, *switches("client")),
        formats=VERSION_FORMATS,
    ),
    Verb(name="cluster-info", effect=Effect.READ, about="tells where the cluster's services are", flags=EVERYWHERE),
    Verb(
        name="auth can-i",
        effect=Effect.READ,
        about="tells whether this identity may do something",
        grammar=Grammar.QUESTION,
        flags=(*EVERYWHERE, ALL_NAMESPACES, *values("subresource"), *switches("list", "no-headers", "quiet")),
    ),
    Verb(
        name="auth whoami",
        effect=Effect.READ,
        about="tells who this identity is",
        flags=(*EVERYWHERE, OUTPUT),
        formats=OBJECT_FORMATS,
    ),
    Verb(
        name="wait",
        effect=Effect.READ,
        about="waits for a condition",
        grammar=Grammar.RESOURCES,
        flags=(
            *EVERYWHERE,
            ALL_NAMESPACES,
            SELECTOR,
            OUTPUT,
            *values("for", "timeout", "field-selector"),
            *switches("all"),
        ),
        formats=frozenset({"name"}),
    ),
    Verb(
        name="rollout status",
        effect=Effect.READ,
        about="waits for a rollout and tells how far it is",
        grammar=Grammar.RESOURCES,
        flags=(*EVERYWHERE, SELECTOR, WATCH, *values("revision", "timeout")),
    ),
    Verb(
        name="rollout history",
        effect=Effect.READ,
        about="lists the revisions of a workload",
        grammar=Grammar.RESOURCES,
        flags=(
            *EVERYWHERE,
            SELECTOR,
            OUTPUT,
            *values("revision"),
            *switches("show-managed-fields", "allow-missing-template-keys"),
        ),
        formats=OBJECT_FORMATS,
    ),
    Verb(name="config view", effect=Effect.READ, about="tells which cluster and identity this server uses"),
    Verb(name="config current-context", effect=Effect.READ, about="the same as config view"),
    Verb(name="config get-contexts", effect=Effect.READ, about="the same as config view"),
    Verb(name="options", effect=Effect.READ, about="tells the verbs and flags that are offered"),
)
