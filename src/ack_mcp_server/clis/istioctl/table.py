"""What of istioctl 1.20 to 1.28 is offered: it reads. Verbs with what they take, their flags, and why others are not.

The names are those of istioctl's own commands (istio/istio, istioctl/cmd and istioctl/pkg).
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

_READ = Effect.READ
_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_POD = Words(
    "[TYPE/]NAME[.NAMESPACE]",
    (
        Shape(
            re.compile(rf"(?:[A-Za-z]{{1,40}}/)?{_NAME}"),
            "a pod, or TYPE/NAME",
            "ack_kubectl get pods -n NAMESPACE lists them.",
        ),
    ),
)
_SERVICE = Words(
    "NAME[.NAMESPACE]",
    (Shape(re.compile(_NAME), "a service", "ack_kubectl get services -n NAMESPACE lists them."),),
)
_ALL_OR_POD = Words(_POD.text, _POD.shapes, optional=1)

_NAMESPACE = Flag(name="namespace", short="n", value=True)
_SYSTEM = Flag(name="istioNamespace", short="i", value=True)
_REVISION = Flag(name="revision", short="r", value=True)
_PLACES = (_NAMESPACE, _SYSTEM)
_FORMAT = Flag(name="output", short="o", value=True, choices=("short", "json", "yaml"))
_TABLE_FORMAT = Flag(name="output", short="o", value=True, choices=("table", "json", "yaml"))
_LEVELS = ("Info", "Warning", "Error")


def _configuration(what: str, filters: str) -> CliVerb:
    return CliVerb(
        name=f"istioctl proxy-config {what}",
        effect=_READ,
        about=f"shows the {what} configuration of a pod's proxy",
        takes=_POD,
        flags=(*_PLACES, _FORMAT, *with_values(filters)),
    )


def _ambient(what: str, filters: str) -> CliVerb:
    return CliVerb(
        name=f"istioctl ztunnel-config {what}",
        effect=_READ,
        about=f"shows the {what} configuration of a ztunnel",
        takes=_ALL_OR_POD,
        flags=(*_PLACES, _FORMAT, *with_values(f"node {filters}")),
    )


_OFFERED = (
    CliVerb(name="istioctl version", effect=_READ, about="tells the versions of istioctl, control plane and proxies",
            flags=(_SYSTEM, _REVISION, Flag(name="short", short="s"), Flag(name="remote"),
                   Flag(name="output", short="o", value=True, choices=("json", "yaml")))),
    CliVerb(name="istioctl proxy-status", effect=_READ, about="tells whether the proxies are in step with istiod",
            takes=_ALL_OR_POD, flags=(*_PLACES, _REVISION)),
    _configuration("cluster", "fqdn direction subset port"),
    _configuration("listener", "address type port"),
    _configuration("route", "name"),
    _configuration("endpoint", "address port cluster status"),
    _configuration("bootstrap", ""),
    CliVerb(name="istioctl analyze", effect=_READ, about="looks for faults in the mesh's configuration", flags=(
        _NAMESPACE, _REVISION, Flag(name="all-namespaces", short="A"),
        Flag(name="output", short="o", value=True, choices=("log", "json", "yaml")),
        Flag(name="output-threshold", value=True, choices=_LEVELS),
        Flag(name="suppress", short="S", value=True, repeats=True), Flag(name="list-analyzers", short="L"),
    )),
    CliVerb(name="istioctl experimental describe pod", effect=_READ, about="tells what the mesh does with a pod",
            takes=Words("POD[.NAMESPACE]", _SERVICE.shapes), flags=(*_PLACES, *switches("ignoreUnmeshed"))),
    CliVerb(name="istioctl experimental describe service", effect=_READ, takes=_SERVICE,
            about="tells what the mesh does with a service", flags=(*_PLACES, *switches("ignoreUnmeshed"))),
    CliVerb(name="istioctl experimental authz check", effect=_READ, about="shows the authorization policies of a pod",
            takes=_POD, flags=_PLACES),
    CliVerb(name="istioctl tag list", effect=_READ, about="lists revision tags", flags=(_SYSTEM, _TABLE_FORMAT)),
    CliVerb(name="istioctl waypoint list", effect=_READ, about="lists waypoints",
            flags=(_NAMESPACE, Flag(name="all-namespaces", short="A"))),
    _ambient("workload", "address workload-namespace workload-node"),
    _ambient("service", "service-namespace"),
    _ambient("policy", "policy-namespace"),
)  # fmt: skip

_USE_HELM = "Where the mesh was installed by helm, use helm upgrade, which is shown first; else have a person do it."
_NEVERS: Mapping[str, tuple[str, str]] = {
    "install, upgrade, uninstall, manifest, operator": ("changes the whole mesh, unseen before it happens", _USE_HELM),
    "kube-inject, validate, create-remote-secret, verify-install": (
        "reads files of the server, or prints credentials", "Use analyze, which looks at the cluster.",
    ),
    "bug-report": ("collects logs and configuration into a file", "Use proxy-status, proxy-config and analyze."),
    "dashboard": ("opens a port on the server", "Use proxy-config and proxy-status."),
    "admin": ("opens a port, or changes log levels", "Use ack_kubectl logs of the istiod pods."),
    "proxy-config": ("is half a command", "Use proxy-config cluster, listener, route, endpoint or bootstrap."),
    "proxy-config all": ("shows secrets among the rest", "Use cluster, listener, route, endpoint or bootstrap."),
    "proxy-config secret": ("shows keys and certificates", "proxy-status tells whether proxies are in step."),
    "proxy-config log": ("changes log levels of a running proxy", "Use ack_kubectl logs POD -c istio-proxy."),
    "proxy-config ecds, proxy-config eds, proxy-config rootca-compare": (
        "is not read here", "Use cluster, listener, route, endpoint or bootstrap.",
    ),
    "experimental": ("is unfinished but for a few commands", "Offered are x describe pod|service and x authz check."),
    "experimental describe, experimental authz": ("is half a command", "Use x describe pod|service, x authz check."),
    "tag, tag set, tag generate, tag remove": ("changes which control plane injects proxies", _USE_HELM),
    "waypoint, waypoint apply, waypoint delete, waypoint generate, waypoint status": (
        "changes waypoints, or waits for them", "Use ack_kubectl on gateways.gateway.networking.k8s.io.",
    ),
    "ztunnel-config, ztunnel-config all, ztunnel-config certificate, ztunnel-config connections, ztunnel-config log": (
        "shows certificates or connections, or changes log levels", "Use ztunnel-config workload, service or policy.",
    ),
    "remote-clusters": ("shows other clusters", "Name the cluster with cluster_id."),
    "completion": ("prints shell code", "There is no shell here."),
    "help, options": ("prints help", "Read the resource ack://istioctl/commands."),
}  # fmt: skip

_CONFIGURATIONS = {
    "cluster": "clusters c", "listener": "listeners l", "route": "routes r", "endpoint": "endpoints ep",
    "bootstrap": "b", "secret": "secrets s", "all": "a", "log": "o", "ecds": "ec", "rootca-compare": "rc",
}  # fmt: skip
_AMBIENT = {
    "workload": "workloads w", "service": "services s svc", "policy": "policies p pol", "connections": "cons",
    "certificate": "certificates certs cert", "log": "o", "all": "a",
}  # fmt: skip


def _under(group: str, aliases: Mapping[str, str]) -> dict[str, str]:
    return {f"{group} {word}": f"{group} {name}" for name, words in aliases.items() for word in words.split()}


_ALIASES: Mapping[str, str] = {
    "ps": "proxy-status", "pc": "proxy-config", "x": "experimental", "exp": "experimental", "zc": "ztunnel-config",
    "dash": "dashboard", "d": "dashboard", "istiod": "admin", "experimental des": "experimental describe",
    "experimental describe po": "experimental describe pod",
    "experimental describe svc": "experimental describe service", "tag show": "tag list", "tag delete": "tag remove",
    **_under("proxy-config", _CONFIGURATIONS), **_under("ztunnel-config", _AMBIENT),
}  # fmt: skip

_REASONS: Mapping[str, str] = {
    "kubeconfig c context": "would use another kubeconfig; name the cluster with cluster_id",
    "as as-uid as-group": "would act as somebody else",
    "file f": "would read a file of the server",
    "meshconfigfile": "would read a file of the server",
    "xds-address xds-label xds-port cert-dir authority insecure plaintext": "would reach another control plane, or "
    "trust it blindly",
    "proxy-admin-port": "would reach another port of the pod",
    "level reset": "would change a running proxy",
    "set charts manifests d filename": "would change the mesh, or read files of the server",
    "failure-threshold": "is only for shells, which look at the exit code",
    "use-kube k recursive ignore-unknown": "is for files, which are not read here",
    "kubeclient-timeout timeout": "is set by this server (KUBECTL_TIMEOUT)",
    "vklog v verbose verbosity log-output-level log-target log-as-json log-caller": "would print more than is "
    "checked here",
    "color": "is off",
    "help h": "is not needed: the resource ack://istioctl/commands tells what is offered",
}  # fmt: skip

_TEXT = Shape(re.compile(r"[A-Za-z0-9_.:*/|@-]{1,253}"), "a plain word", "")
TABLE = Table(
    program="istioctl",
    offered=_OFFERED,
    nevers=_NEVERS,
    aliases=_ALIASES,
    reasons=_REASONS,
    shapes={
        **dict.fromkeys(
            ("namespace", "istioNamespace", "workload-namespace", "service-namespace", "policy-namespace"),
            NAMESPACE_SHAPE,
        ),
        "port": NUMBER,
        "revision": Shape(re.compile(LABEL), "a revision", ""),
        "suppress": Shape(re.compile(r"IST\d{4}=[A-Za-z0-9 ./*_-]{1,253}"), "CODE=KIND NAME.NAMESPACE", ""),
        **dict.fromkeys(
            ("fqdn", "direction", "subset", "address", "type", "name", "cluster", "status", "node", "workload-node"),
            _TEXT,
        ),
    },
    leading=_PLACES,
)
