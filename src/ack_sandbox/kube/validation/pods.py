"""What is refused of pod specs and templates."""

from collections.abc import Iterator
from typing import Any

from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.quantities import quantity
from ack_sandbox.kube.validation.names import label, subdomain
from ack_sandbox.kube.validation.problems import Problem, duplicate, invalid, not_found, required, unsupported

RESTART = ["Always", "Never", "OnFailure"]
PULL = ["Always", "IfNotPresent", "Never"]
DNS = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]
EFFECTS = ["NoExecute", "NoSchedule", "PreferNoSchedule"]
PROTOCOLS = ["SCTP", "TCP", "UDP"]
LARGEST_PORT = 65535
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def pod_spec_problems(spec: Object, field: str, restarts: list[str] | None = None) -> Iterator[Problem]:
    """`restarts` are the restart policies that the owner of a template allows."""
    volumes = [str(each.get("name", "")) for each in spec.get("volumes") or ()]
    yield from _volumes(spec.get("volumes") or [], f"{field}.volumes")
    if not spec.get("containers"):
        yield required(f"{field}.containers")
    names: list[str] = []
    for kind in ("containers", "initContainers"):
        for index, each in enumerate(spec.get(kind) or ()):
            yield from _container(each, f"{field}.{kind}[{index}]", volumes, names)
    yield from enum(spec, "restartPolicy", field, restarts or RESTART)
    yield from enum(spec, "dnsPolicy", field, DNS)
    for index, each in enumerate(spec.get("tolerations") or ()):
        yield from enum(each, "effect", f"{field}.tolerations[{index}]", EFFECTS)
    name = str(spec.get("serviceAccountName") or "")
    if name:
        yield from (invalid(f"{field}.serviceAccountName", name, text) for text in subdomain(name))
    grace = spec.get("terminationGracePeriodSeconds", 0)
    if grace < 0:
        yield invalid(f"{field}.terminationGracePeriodSeconds", grace, "must be greater than or equal to 0")


def enum(spec: Object, name: str, field: str, allowed: list[str]) -> Iterator[Problem]:
    value = spec.get(name)
    if value and value not in allowed:
        yield unsupported(f"{field}.{name}", value, allowed)


def _volumes(volumes: list[Object], field: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, volume in enumerate(volumes):
        name, at = str(volume.get("name") or ""), f"{field}[{index}]"
        if not name:
            yield required(f"{at}.name")
        elif name in seen:
            yield duplicate(f"{at}.name", name)
        else:
            yield from (invalid(f"{at}.name", name, text) for text in label(name))
        seen.add(name)
        sources = [each for each in volume if each != "name"]
        for extra in sources[1:]:
            yield f"{at}.{extra}", "Forbidden: may not specify more than 1 volume type"


def _container(made: Object, field: str, volumes: list[str], names: list[str]) -> Iterator[Problem]:
    name = str(made.get("name") or "")
    if not name:
        yield required(f"{field}.name")
    elif name in names:
        yield duplicate(f"{field}.name", name)
    else:
        yield from (invalid(f"{field}.name", name, text) for text in label(name))
    names.append(name)
    image = str(made.get("image") or "")
    if not image:
        yield required(f"{field}.image")
    elif image != image.strip():
        yield invalid(f"{field}.image", image, "must not have leading or trailing whitespace")
    yield from enum(made, "imagePullPolicy", field, PULL)
    yield from _ports(made.get("ports") or [], f"{field}.ports")
    yield from _env(made.get("env") or [], f"{field}.env")
    for index, mount in enumerate(made.get("volumeMounts") or ()):
        yield from _mount(mount, f"{field}.volumeMounts[{index}]", volumes)
    yield from _resources(made.get("resources") or {}, f"{field}.resources")
    for probe in PROBES:
        yield from _probe(made.get(probe), f"{field}.{probe}")


def _ports(ports: list[Object], field: str) -> Iterator[Problem]:
    for index, port in enumerate(ports):
        at = f"{field}[{index}]"
        yield from port_problems(port.get("containerPort"), f"{at}.containerPort")
        yield from enum(port, "protocol", at, PROTOCOLS)


def port_problems(port: Any, field: str) -> Iterator[Problem]:
    if not port:
        yield required(field)
    elif not 0 < port <= LARGEST_PORT:
        yield invalid(field, port, "must be between 1 and 65535, inclusive")


def _env(env: list[Object], field: str) -> Iterator[Problem]:
    for index, each in enumerate(env):
        at, name = f"{field}[{index}]", each.get("name") or ""
        if not name:
            yield required(f"{at}.name")
        elif "=" in name or not name.isprintable():
            why = "a valid environment variable name must consist only of printable ASCII characters other than '='"
            yield invalid(f"{at}.name", name, why)
        if each.get("value") and each.get("valueFrom"):
            yield invalid(f"{at}.valueFrom", "", "may not be specified when `value` is not empty")


def _mount(mount: Object, field: str, volumes: list[str]) -> Iterator[Problem]:
    if not mount.get("name"):
        yield required(f"{field}.name")
    elif mount["name"] not in volumes:
        yield not_found(f"{field}.name", mount["name"])
    if not mount.get("mountPath"):
        yield required(f"{field}.mountPath")


def _resources(resources: Object, field: str) -> Iterator[Problem]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for part, amounts in (("limits", limits), ("requests", requests)):
        for name, amount in amounts.items():
            if quantity(amount) < 0:
                yield invalid(f"{field}.{part}[{name}]", amount, "must be greater than or equal to 0")
    for name, amount in requests.items():
        if name in limits and quantity(amount) > quantity(limits[name]):
            yield invalid(f"{field}.requests", amount, f"must be less than or equal to {name} limit of {limits[name]}")


def _probe(probe: Object | None, field: str) -> Iterator[Problem]:
    if probe is None:
        return
    handlers = [name for name in ("exec", "grpc", "httpGet", "tcpSocket") if name in probe]
    if not handlers:
        yield required(field, "must specify a handler type")
    port = dig(probe, "httpGet", "port") or dig(probe, "tcpSocket", "port")
    if isinstance(port, int):
        yield from port_problems(port, f"{field}.{handlers[0]}.port")
