"""What of helm 3.12 to 4 is offered: verbs with what they do and take, their flags, and why others are not."""

import re
from collections.abc import Mapping

from ack_mcp_server.clis.table import (
    LABEL,
    NAMESPACE_SHAPE,
    NO_WORDS,
    NUMBER,
    CliVerb,
    Shape,
    Table,
    Words,
    switches,
    with_values,
)
from ack_mcp_server.kube.table.model import Effect, Flag

_RELEASE = Shape(  # 53: helm's own limit
    re.compile(rf"(?=.{{1,53}}$){LABEL}(?:\.{LABEL})*"), "the name of a release", "list names them."
)
_REVISION_SHAPE = Shape(NUMBER.pattern, "a revision", "history lists them.")
_CHART = Shape(re.compile(r".*", re.DOTALL), "a chart", "")  # held against the operator's repositories
_VERSION_SHAPE = Shape(
    re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?"), "an exact version such as 1.2.3", ""
)


class Takes:
    """The words after a verb."""

    NOTHING = NO_WORDS
    RELEASE = Words("RELEASE", (_RELEASE,))
    RELEASE_REVISION = Words("RELEASE [REVISION]", (_RELEASE, _REVISION_SHAPE), optional=1)
    RELEASE_CHART = Words("RELEASE REPOSITORY/CHART", (_RELEASE, _CHART))
    CHART = Words("REPOSITORY/CHART", (_CHART,))


NAMESPACE = Flag(name="namespace", short="n", value=True)
_FORMAT = Flag(name="output", short="o", value=True, choices=("table", "json", "yaml"))
_REVISION = Flag(name="revision", value=True)
_VERSION = Flag(name="version", value=True)
_SETS = (Flag(name="set", value=True, repeats=True), Flag(name="set-string", value=True, repeats=True))
_REHEARSE = Flag(name="dry-run")
_MAKING = (
    NAMESPACE, _VERSION, *_SETS, _REHEARSE, Flag(name="create-namespace"), Flag(name="description", value=True),
    *switches("wait wait-for-jobs atomic rollback-on-failure skip-crds no-hooks"),
)  # fmt: skip
_READ, _WRITE = Effect.READ, Effect.WRITE

_READS = (
    CliVerb(name="helm list", effect=_READ, about="lists releases", flags=(
        NAMESPACE, _FORMAT, Flag(name="all-namespaces", short="A"), Flag(name="all", short="a"),
        Flag(name="date", short="d"), Flag(name="filter", short="f", value=True),
        Flag(name="max", short="m", value=True), Flag(name="reverse", short="r"),
        Flag(name="selector", short="l", value=True), Flag(name="short", short="q"),
        *with_values("offset"), *switches("deployed failed pending superseded uninstalled uninstalling no-headers"),
    )),
    CliVerb(name="helm status", effect=_READ, about="shows how a release is", takes=Takes.RELEASE,
             flags=(NAMESPACE, _REVISION, *switches("show-desc show-resources"))),
    CliVerb(name="helm history", effect=_READ, about="lists the revisions of a release", takes=Takes.RELEASE,
             flags=(NAMESPACE, _FORMAT, *with_values("max"))),
    CliVerb(name="helm get values", effect=_READ, about="shows the values of a release", takes=Takes.RELEASE,
             flags=(NAMESPACE, _FORMAT, _REVISION, Flag(name="all", short="a"))),
    CliVerb(name="helm get metadata", effect=_READ, about="shows what a release was made of", takes=Takes.RELEASE,
             flags=(NAMESPACE, _FORMAT, _REVISION)),
    *(
        CliVerb(name=f"helm get {what}", effect=_READ, about=f"shows {about} of a release", takes=Takes.RELEASE,
                 flags=(NAMESPACE, _REVISION))
        for what, about in (("manifest", "the objects"), ("hooks", "the hooks"), ("notes", "the notes"),
                            ("all", "values, objects, hooks and notes"))
    ),
    *(
        CliVerb(name=f"helm show {what}", effect=_READ, about=f"shows {about} of a chart", takes=Takes.CHART,
                 flags=(_VERSION,))
        for what, about in (("chart", "the description"), ("values", "the default values"))
    ),
    CliVerb(name="helm version", effect=_READ, about="tells the version of helm", flags=switches("short")),
)  # fmt: skip

_WRITES = (
    CliVerb(name="helm install", effect=_WRITE, about="installs a chart", takes=Takes.RELEASE_CHART, flags=_MAKING),
    CliVerb(name="helm upgrade", effect=_WRITE, about="changes a release", takes=Takes.RELEASE_CHART, flags=(
        *_MAKING, Flag(name="install", short="i"), *with_values("history-max"),
        *switches("reuse-values reset-values reset-then-reuse-values cleanup-on-fail force"),
    )),
    CliVerb(name="helm rollback", effect=_WRITE, about="returns a release to an earlier revision",
             takes=Takes.RELEASE_REVISION,
             flags=(NAMESPACE, _REHEARSE, *with_values("history-max"),
                    *switches("wait wait-for-jobs no-hooks cleanup-on-fail force"))),
    CliVerb(name="helm uninstall", effect=_WRITE, about="removes a release and its objects", takes=Takes.RELEASE,
             flags=(NAMESPACE, _REHEARSE, *with_values("description"), *switches("keep-history no-hooks wait"),
                    Flag(name="cascade", value=True, choices=("background", "orphan", "foreground")))),
    CliVerb(name="helm test", effect=_WRITE, about="runs the tests of a release, which make pods", takes=Takes.RELEASE,
             flags=(NAMESPACE, *switches("logs"))),
)  # fmt: skip

_SEND_VALUES = "Send values in the argument values, or with --set."
_NEVERS: Mapping[str, tuple[str, str]] = {
    "env": ("prints the server's environment", "Use version."),
    "template": ("renders charts, with functions that reach the network", "Use install or upgrade with --dry-run."),
    "create, lint, package, dependency, dep": (
        "works on files of the server",
        "Use install or upgrade with --dry-run.",
    ),
    "pull, fetch, push": ("moves charts to and from the server's disk", "Name a chart as REPOSITORY/CHART."),
    "plugin": ("runs programs of the server", "Use the verbs that are offered."),
    "registry, repo": ("changes which charts are trusted", "The operator sets HELM_REPOSITORIES."),
    "search": ("reaches addresses of its own", "Name a chart as REPOSITORY/CHART; show chart describes it."),
    "verify": ("reads files of the server", "Name a chart as REPOSITORY/CHART."),
    "completion": ("prints shell code", "There is no shell here."),
    "help": ("prints help", "Read the resource ack://helm/commands."),
    "get": ("is half a command", "Use get values, manifest, hooks, notes, metadata or all."),
    "show, inspect": ("is half a command, or shows files of a chart", "Use show chart or show values."),
}

_ALIASES: Mapping[str, str] = {
    "ls": "list", "hist": "history", "inspect chart": "show chart", "inspect values": "show values",
    "delete": "uninstall", "del": "uninstall", "un": "uninstall",
}  # fmt: skip

_REASONS: Mapping[str, str] = {
    "kube-apiserver kube-ca-file kube-insecure-skip-tls-verify kube-tls-server-name": "would reach another server, or "
    "trust it blindly",
    "kube-token kube-as-user kube-as-group kube-as-uid": "would act as somebody else",
    "username password pass-credentials": "would log in to a repository",
    "kubeconfig kube-context": "would use another kubeconfig; name the cluster with cluster_id",
    "post-renderer post-renderer-args": "would run a program of the server",
    "set-file values f keyring ca-file cert-file key-file registry-config repository-config repository-cache "
    "content-cache": f"would read files or addresses from the server. {_SEND_VALUES}",
    "output-dir": "would write files on the server",
    "repo insecure-skip-tls-verify plain-http verify dependency-update devel": "would decide which charts are trusted, "
    "which the operator does",
    "debug hide-secret hide-notes show-only": "would print more or less than is checked here",
    "template t": "would print values past the check for secrets",
    "enable-dns": "would let a chart ask the network",
    "generate-name g name-template replace": "would leave open which release is meant",
    "burst-limit qps timeout": "is set by this server (HELM_TIMEOUT)",
    "help h": "is not needed: the resource ack://helm/commands tells what is offered",
}
TABLE = Table(
    program="helm",
    offered=(*_READS, *_WRITES),
    nevers=_NEVERS,
    aliases=_ALIASES,
    reasons=_REASONS,
    shapes={
        "namespace": NAMESPACE_SHAPE,
        "revision": _REVISION_SHAPE,
        "version": _VERSION_SHAPE,
        **dict.fromkeys(("max", "offset", "history-max"), NUMBER),
    },
    leading=(NAMESPACE,),
)
