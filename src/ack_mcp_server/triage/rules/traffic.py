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
    text,
)
from ack_mcp_server.triage.containers import serving
from ack_mcp_server.triage.findings import Cause, Finding
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.slimming import CANARY
from ack_mcp_server.triage.templates import NAMED, NEEDED, Templates

_KEDA = "keda-hpa-"
_IN_ANNOTATIONS = "use-annotation"  # ALB and MSE: the backend is an action of that name, and no Service


def services(scene: Scene) -> Iterator[Finding]:
    if scene.knows("Pod"):
        templates = Templates(scene)
        yield from _services(scene, templates)
        yield from _at_zero(scene, templates)


def _services(scene: Scene, templates: Templates) -> Iterator[Finding]:
    for service in scene.all("Service"):
        selector = part(service, "spec", "selector")
        if not selector or text(service, "spec", "type") == "ExternalName":
            continue
        carriers = scene.selected(namespace_of(service), selector)
        pods = [pod for pod in carriers if text(pod, "status", "phase") != "Succeeded"]  # those serve nobody
        if pods:
            cause = _misdirected(service, pods)
        else:
            cause = None if carriers else _unserved(scene, templates, service, selector)
        if cause:
            state = "no endpoints" if not pods else "port goes nowhere"
            yield Finding(subject=ref_of(service), state=state, severity=80, causes=(cause,))


def _unserved(scene: Scene, templates: Templates, service: Object, selector: Object) -> Cause | None:
    """None where its workload is known and has no pods now: it is scaled down, or its own trouble is told."""
    space = namespace_of(service)
    if not scene.knows(*NEEDED) or templates.make(space, selector):
        return None
    shown = ",".join(f"{key}={value}" for key, value in selector.items())
    meant, near = _meant(scene, service, selector)
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


def _meant(scene: Scene, service: Object, selector: Object) -> tuple[Object | None, str]:
    """The workload of its name."""
    found = (scene.find(kind, namespace_of(service), name_of(service)) for kind in NAMED)
    named = next((each for each in found if each), None)
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


def _at_zero(scene: Scene, templates: Templates) -> Iterator[Finding]:
    """What an Ingress sends to, and was scaled to nothing: whoever asks for it gets an error. Canaries may idle, and
    KEDA scales to nothing by itself."""
    if not scene.knows("Service", *NEEDED):
        return
    told: set[Ref] = set()
    for ingress in scene.all("Ingress"):
        for host, backend in () if _is_canary(ingress) else _backends(ingress):
            service = scene.find("Service", namespace_of(ingress), text(backend, "service", "name"))
            workload = _stopped(scene, templates, service) if service else None
            if workload and (ref := ref_of(workload)) not in told:
                told.add(ref)
                yield Finding(
                    subject=ref, state="scaled to 0", severity=60, causes=(_stopped_cause(ingress, host, service, ref),)
                )


def _stopped(scene: Scene, templates: Templates, service: Object) -> Object | None:
    """The workload of a Service without pods, where it has the only one, and this asks for none."""
    selector = part(service, "spec", "selector")
    if not selector or scene.selected(namespace_of(service), selector):
        return None
    makers = templates.makers(namespace_of(service), selector)
    if len(makers) != 1 or dig(makers[0], "spec", "replicas") != 0 or _is_kept_so(scene, makers[0]):
        return None
    return makers[0]


def _is_canary(ingress: Object) -> bool:
    annotations = part(ingress, "metadata", "annotations")
    return any(name.endswith(CANARY) and text(annotations, name) == "true" for name in annotations)


def _is_kept_so(scene: Scene, workload: Object) -> bool:
    for each in scene.all("HorizontalPodAutoscaler"):
        target = part(each, "spec", "scaleTargetRef")
        is_its = (namespace_of(each), text(target, "kind"), text(target, "name")) == (
            namespace_of(workload), text(workload, "kind"), name_of(workload),
        )  # fmt: skip
        if is_its and name_of(each).startswith(_KEDA):
            return True
    return False


def _stopped_cause(ingress: Object, host: str, service: Object, workload: Ref) -> Cause:
    name, space = name_of(ingress), namespace_of(ingress)
    return Cause(
        kind="ScaledToZero",
        says=f'Ingress {name} sends {host} to the Service "{name_of(service)}", whose {workload} is scaled to 0',
        evidence=("spec.replicas: 0", f"spec.rules of ingress/{name}: {host} → {name_of(service)}"),
        weight=90,
        next=f"scale {workload} -n {space} --replicas=… (where it is to serve)",
    )


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
    """A name elsewhere needs no ports: it is asked at the number that the Ingress names."""
    wanted = part(backend, "service", "port")
    ports = items(service, "spec", "ports")
    if text(service, "spec", "type") == "ExternalName" and (not ports or number(wanted, "number")):
        return ""
    if named := text(wanted, "name"):
        return "" if any(text(port, "name") == named for port in ports) else named
    asked = number(wanted, "number")
    return "" if not asked or any(number(port, "port") == asked for port in ports) else str(asked)


def _told_by_controller(scene: Scene, ingress: Object, name: str) -> list[str]:
    events = scene.events(Ref("ingress", namespace_of(ingress), name_of(ingress)))
    return [f"event: {text(event, 'message')}" for event in events if name in text(event, "message")][:1]
