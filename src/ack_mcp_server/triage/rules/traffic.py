"""Traffic that goes nowhere: Services without pods behind them, Ingresses without a Service."""

from collections.abc import Iterator
from dataclasses import replace

from ack_mcp_server.kube.objects import (
    Object,
    Ref,
    dig,
    items,
    name_of,
    namespace_of,
    number,
    part,
    ref_of,
    selects,
    text,
)
from ack_mcp_server.triage.containers import serving
from ack_mcp_server.triage.findings import Cause, Finding
from ack_mcp_server.triage.scene import Scene

_TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet")
_IN_ANNOTATIONS = "use-annotation"  # ALB and MSE: the backend is an action of that name, and no Service


def services(scene: Scene) -> Iterator[Finding]:
    if not scene.knows("Pod"):
        return
    for service in scene.all("Service"):
        selector = part(service, "spec", "selector")
        if not selector or text(service, "spec", "type") == "ExternalName":
            continue
        pods = scene.selected(namespace_of(service), selector)
        cause = _unserved(scene, service, selector) if not pods else _misdirected(service, pods)
        if cause:
            state = "no endpoints" if not pods else "port goes nowhere"
            yield Finding(subject=ref_of(service), state=state, severity=80, causes=(cause,))


def _unserved(scene: Scene, service: Object, selector: Object) -> Cause | None:
    """None where its workload is known and has no pods now: it is scaled down, or its own trouble is told. The pods of
    kinds that are not read here, such as an Argo Rollout, come from ReplicaSets without a Deployment."""
    space = namespace_of(service)
    if not scene.knows(*_TEMPLATED, "ReplicaSet"):
        return None
    templates = [obj for kind in _TEMPLATED for obj in scene.all(kind) if namespace_of(obj) == space]
    others = [obj for obj in scene.all("ReplicaSet") if namespace_of(obj) == space and not scene.owner(obj)]
    if any(selects(selector, part(obj, "spec", "template", "metadata", "labels")) for obj in (*templates, *others)):
        return None
    shown = ",".join(f"{key}={value}" for key, value in selector.items())
    meant, near = _meant(service, templates, selector)
    says = f"it selects {shown}, which no pod and no workload of {space} carries{near}"
    command = (
        f"patch service {name_of(service)} -n {space} (selector)" if meant else f"get pods -n {space} --show-labels"
    )
    return Cause(
        kind="ServiceSelectsNothing",
        says=says,
        evidence=(
            f"spec.selector: {shown}",
            *([f"labels of {ref_of(meant)}: {_told(meant, selector)}"] if meant else []),
        ),
        weight=92 if meant else 75,
        next=command,
        since=None,
    )


def _meant(service: Object, templates: list[Object], selector: Object) -> tuple[Object | None, str]:
    """The workload of its name, or the one whose labels have the same keys and nearly the same values."""
    named = next((obj for obj in templates if name_of(obj) == name_of(service)), None)
    if named is None:
        return None, ""
    return named, f"; the pods of {ref_of(named)} carry {_told(named, selector)}"


def _told(workload: Object, selector: Object) -> str:
    labels = part(workload, "spec", "template", "metadata", "labels")
    return ",".join(f"{key}={labels[key]}" for key in selector if key in labels) or "other labels"


def _misdirected(service: Object, pods: list[Object]) -> Cause | None:
    """A port by a name that no container has. By number it may work without being declared."""
    names = {text(port, "name") for pod in pods for each in serving(pod) for port in items(each, "ports")}
    for port in items(service, "spec", "ports"):
        target = dig(port, "targetPort")
        if isinstance(target, str) and not target.isdecimal() and target not in names:
            says = f'its port {number(port, "port")} leads to the port named "{target}", which its pods do not have'
            command = f"get pods -n {namespace_of(service)} -o yaml"
            return Cause(
                kind="ServicePortMissing",
                says=says,
                evidence=(f"spec.ports.targetPort: {target}",),
                weight=90,
                next=command,
            )
    return None


def ingresses(scene: Scene) -> Iterator[Finding]:
    if not scene.knows("Service"):
        return
    for ingress in scene.all("Ingress"):
        causes = tuple(_broken_backends(scene, ingress))
        if causes:
            yield Finding(subject=ref_of(ingress), state="backend missing", severity=70, causes=causes)


def _broken_backends(scene: Scene, ingress: Object) -> Iterator[Cause]:
    space, seen = namespace_of(ingress), set()
    for host, backend in _backends(ingress):
        name = text(backend, "service", "name")
        if not name or (host, name) in seen or text(backend, "service", "port", "name") == _IN_ANNOTATIONS:
            continue
        seen.add((host, name))
        service = scene.find("Service", space, name)
        if not service:
            says = f'it sends {host} to the Service "{name}", which does not exist'
            evidence = [f"spec.rules: {host} → {name}", *_told_by_controller(scene, ingress, name)]
            yield replace(
                _backend_cause("IngressServiceMissing", says, evidence, space, ingress),
                absent=Ref("service", space, name),
            )
        elif wrong := _wrong_port(service, backend):
            says = f'it sends {host} to port {wrong} of the Service "{name}", which has no such port'
            yield _backend_cause("IngressPortMissing", says, [f"spec.rules: {host} → {name}:{wrong}"], space, ingress)


def _backend_cause(kind: str, says: str, evidence: list[str], space: str, ingress: Object) -> Cause:
    command = f"get services -n {space}; describe ingress {name_of(ingress)} -n {space}"
    return Cause(kind=kind, says=says, evidence=tuple(evidence), weight=95, next=command)


def _backends(ingress: Object) -> Iterator[tuple[str, Object]]:
    if default := part(ingress, "spec", "defaultBackend"):
        yield "everything else", default
    for rule in items(ingress, "spec", "rules"):
        for path in items(rule, "http", "paths"):
            yield text(rule, "host") or "every host", part(path, "backend")


def _wrong_port(service: Object, backend: Object) -> str:
    wanted = part(backend, "service", "port")
    ports = items(service, "spec", "ports")
    if named := text(wanted, "name"):
        return "" if any(text(port, "name") == named for port in ports) else named
    asked = number(wanted, "number")
    return "" if not asked or any(number(port, "port") == asked for port in ports) else str(asked)


def _told_by_controller(scene: Scene, ingress: Object, name: str) -> list[str]:
    events = scene.events(Ref("ingress", namespace_of(ingress), name_of(ingress)))
    return [f"event: {text(event, 'message')}" for event in events if name in text(event, "message")][:1]
