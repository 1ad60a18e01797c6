"""What of argocd 2.9 to 3.x is offered: verbs with what they take, their flags, and why others are not.

The names are those of its command reference (argoproj/argo-cd, docs/user-guide/commands).
"""

import re
from collections.abc import Mapping

from ack_mcp_server.clis.table import (
    LABEL,
    NAMESPACE_SHAPE,
    NUMBER,
    CliVerb,
    Shape,
    Table,
    Words,
    switches,
    with_values,
)
from ack_mcp_server.kube.table.model import Effect, Flag

_READ, _WRITE = Effect.READ, Effect.WRITE
_NAME = rf"{LABEL}(?:\.{LABEL})*"
_APP = Shape(re.compile(rf"(?:{LABEL}/)?{_NAME}"), "the name of an application", "app list names them.")
_HISTORY_ID = Shape(NUMBER.pattern, "the id of a deployment", "app history lists them.")
_APPLICATION = Words("APPLICATION", (_APP,))
_APPLICATION_ID = Words("APPLICATION [ID]", (_APP, _HISTORY_ID), optional=1)
_SET = Words("APPLICATIONSET", (Shape(_APP.pattern, "the name of an application set", "appset list names them."),))
_PROJECT = Words("PROJECT", (Shape(re.compile(_NAME), "the name of a project", "proj list names them."),))

_APP_NAMESPACE = Flag(name="app-namespace", short="N", value=True)
_SET_NAMESPACE = Flag(name="appset-namespace", short="N", value=True)
_SELECTOR = Flag(name="selector", short="l", value=True)
_PROJECTS = Flag(name="project", short="p", value=True, repeats=True)
_REVISIONS = (
    Flag(name="revision", value=True), Flag(name="revisions", value=True, repeats=True),
    Flag(name="source-positions", value=True, repeats=True),
)  # fmt: skip


def _format(*choices: str) -> Flag:
    return Flag(name="output", short="o", value=True, choices=choices)


_LISTED = _format("wide", "name", "json", "yaml")

_READS = (
    CliVerb(name="argocd app list", effect=_READ, about="lists applications", flags=(
        _APP_NAMESPACE, _LISTED, _SELECTOR, _PROJECTS, Flag(name="cluster", short="c", value=True),
        Flag(name="repo", short="r", value=True), Flag(name="path", short="P", value=True),
    )),
    CliVerb(name="argocd app get", effect=_READ, about="shows an application", takes=_APPLICATION,
            flags=(_APP_NAMESPACE, _format("wide", "tree", "json", "yaml"), *switches("show-operation"))),
    CliVerb(name="argocd app diff", effect=_READ, about="compares what runs with what Git says", takes=_APPLICATION,
            flags=(_APP_NAMESPACE, *_REVISIONS)),
    CliVerb(name="argocd app history", effect=_READ, about="lists the deployments of an application",
            takes=_APPLICATION, flags=(_APP_NAMESPACE, _format("wide", "id"))),
    CliVerb(name="argocd app resources", effect=_READ, about="lists the objects of an application", takes=_APPLICATION,
            flags=(_APP_NAMESPACE, Flag(name="output", value=True, choices=("tree",)), *switches("orphaned"))),
    CliVerb(name="argocd app manifests", effect=_READ, about="shows the objects of an application",
            takes=_APPLICATION,
            flags=(_APP_NAMESPACE, Flag(name="source", value=True, choices=("live", "git")), *_REVISIONS)),
    CliVerb(name="argocd app logs", effect=_READ, about="shows the logs of an application's pods", takes=_APPLICATION,
            flags=(_APP_NAMESPACE, Flag(name="container", short="c", value=True), Flag(name="previous", short="p"),
                   *with_values("group kind name namespace since-seconds tail"),
                   Flag(name="grep", value=True, ours=True))),
    CliVerb(name="argocd appset list", effect=_READ, about="lists application sets",
            flags=(_SET_NAMESPACE, _LISTED, _SELECTOR, _PROJECTS)),
    CliVerb(name="argocd appset get", effect=_READ, about="shows an application set", takes=_SET,
            flags=(_SET_NAMESPACE, _format("wide", "json", "yaml"))),
    CliVerb(name="argocd proj list", effect=_READ, about="lists projects", flags=(_LISTED,)),
    CliVerb(name="argocd proj get", effect=_READ, about="shows a project", takes=_PROJECT,
            flags=(_format("wide", "json", "yaml"),)),
    CliVerb(name="argocd version", effect=_READ, about="tells the versions", flags=(
        _format("wide", "short", "json", "yaml"), *switches("client short"))),
)  # fmt: skip

_REHEARSE = Flag(name="dry-run")
_WRITES = (
    CliVerb(name="argocd app sync", effect=_WRITE, about="makes what runs like what Git says", takes=_APPLICATION,
            flags=(_APP_NAMESPACE, _REHEARSE, Flag(name="revision", value=True),
                   Flag(name="resource", value=True, repeats=True),
                   Flag(name="strategy", value=True, choices=("apply", "hook")),
                   *switches("prune force replace server-side apply-out-of-sync-only async"))),
    CliVerb(name="argocd app rollback", effect=_WRITE, about="returns to an earlier deployment", takes=_APPLICATION_ID,
            flags=(_APP_NAMESPACE, _REHEARSE, *switches("prune"))),
    CliVerb(name="argocd app terminate-op", effect=_WRITE, about="stops the operation that runs", takes=_APPLICATION,
            flags=(_APP_NAMESPACE, _REHEARSE)),
    CliVerb(name="argocd app delete", effect=_WRITE, about="removes an application and its objects",
            takes=_APPLICATION, flags=(
                _APP_NAMESPACE, _REHEARSE, Flag(name="cascade"), Flag(name="wait"),
                Flag(name="propagation-policy", short="p", value=True, choices=("foreground", "background")))),
)  # fmt: skip

_PATCH = "Use ack_kubectl patch or apply on applications.argoproj.io, which is shown first."
_NEVERS: Mapping[str, tuple[str, str]] = {
    "login, logout, relogin, context, configure": (
        "is for servers that one logs in to", "Name the cluster with cluster_id; its kubeconfig is all that is used.",
    ),
    "account": ("manages users and prints tokens", "Have a person do it."),
    "admin": ("works past Argo CD's own rules, and prints credentials", "Have a person do it."),
    "cert, gpg, repo, repocreds, cluster": (
        "manages credentials and what is trusted", "Have a person do it; app get shows what an application uses.",
    ),
    "app, appset, proj": ("is half a command", "Use app list or app get."),
    "app create, app add-source, app remove-source, app set, app unset, app edit, app patch": (
        "changes what an application is", _PATCH,
    ),
    "app actions, app actions list, app actions run, app patch-resource, app delete-resource, app get-resource": (
        "works on single objects of an application", "Use ack_kubectl on the objects, where they run.",
    ),
    "app wait": ("waits", "Use app get, again after a while."),
    "app confirm-deletion": ("agrees for a person", "Have a person do it."),
    "appset create, appset delete, appset generate": (
        "reads files of the server, or changes many applications", "Use ack_kubectl on applicationsets.argoproj.io.",
    ),
    "proj create, proj delete, proj edit, proj set, proj role, proj windows": (
        "changes what a project may do", "Have a person do it.",
    ),
    "completion": ("prints shell code", "There is no shell here."),
    "help": ("prints help", "Read the resource ack://argocd/commands."),
}  # fmt: skip

_ALIASES: Mapping[str, str] = {"ctx": "context", "app rm": "app delete", "applicationset": "appset", "project": "proj"}

_REASONS: Mapping[str, str] = {
    "server server-name auth-token header h plaintext insecure grpc-web grpc-web-root-path http-retry-max "
    "argocd-context port-forward port-forward-namespace server-crt client-crt client-crt-key": "would reach another "
    "server than the cluster's own",
    "config": "would read a file of the server",
    "core": "is always on",
    "kubeconfig kube-context context user": "would use another kubeconfig; name the cluster with cluster_id",
    "token username password insecure-skip-tls-verify proxy-url": "would act as somebody else, or trust blindly",
    "local local-repo-root local-include server-side-generate": "would read files of the server",
    "namespace n": "is set by this server (ARGOCD_NAMESPACE); -N names the application's own",
    "refresh hard-refresh": "would have the controller compare anew, which writes; it does so by itself every minutes",
    "show-params": "would print parameters past the check for secrets; -o yaml shows them",
    "filter until-time match-case m": "would search before secrets are taken out; use --grep",
    "follow f": "has no end",
    "label": "would leave open what is meant; name an application",
    "info": "would store words of this call",
    "exit-code diff-exit-code": "is only for shells, which look at the exit code",
    "assumeyes yes y preview-changes prompts-enabled": "is for terminals; changes are shown first here",
    "timeout request-timeout retry-limit": "is set by this server",
    "controller-name redis-name redis-haproxy-name redis-compress repo-server-name": "would reach other programs",
    "logformat loglevel": "would print more than is checked here",
    "show-managed-fields": "is never of use",
    "help": "is not needed: the resource ack://argocd/commands tells what is offered",
}

_GIT = Shape(re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+~^-]{0,199}"), "a revision", "")
_RESOURCE = Shape(re.compile(r"!?[A-Za-z0-9.*-]*:[A-Za-z0-9*]*:[A-Za-z0-9./*_-]*"), "GROUP:KIND:NAME", "")
_WORD = Shape(re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/_@~-]{0,252}"), "a plain word", "")
TABLE = Table(
    program="argocd",
    offered=(*_READS, *_WRITES),
    nevers=_NEVERS,
    aliases=_ALIASES,
    reasons=_REASONS,
    shapes={
        **dict.fromkeys(("app-namespace", "appset-namespace", "namespace"), NAMESPACE_SHAPE),
        **dict.fromkeys(("since-seconds", "tail", "source-positions"), NUMBER),
        **dict.fromkeys(("revision", "revisions"), _GIT),
        **dict.fromkeys(("cluster", "repo", "path", "container", "group", "kind", "name", "project"), _WORD),
        "resource": _RESOURCE,
    },
    leading=(_APP_NAMESPACE,),
)
