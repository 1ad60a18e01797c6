"""The vocabulary of a population: containers, applications, and the lives their containers lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.usage import Usage

Labels = Mapping[str, str]
Phase = Literal["Pending", "Running", "Succeeded", "Failed", "Unknown"]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


@dataclass(frozen=True, kw_only=True)
class Container:
    image: str
    name: str = "app"
    cpu: str = "50m"
    memory: str = "96Mi"
    cpu_limit: str = "500m"
    memory_limit: str = "256Mi"
    ports: tuple[int, ...] = ()
    env: tuple[Object, ...] = ()
    env_from: tuple[Object, ...] = ()
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    mounts: tuple[Object, ...] = ()
    readiness: Object | None = None
    liveness: Object | None = None
    script: Script | None = None
    usage: Usage | None = None


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a life of a container ended, in time before now."""

    reason: str
    exit_code: int
    started: timedelta
    finished: timedelta
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Life:
    """What one container is doing now, and how its previous life ended."""

    state: Literal["running", "waiting", "terminated"] = "running"
    reason: str = ""
    message: str = ""
    ready: bool = True
    restarts: int = 0
    started: timedelta | None = None  # before now; None is shortly after the pod was created
    ended: Ended | None = None  # of the present life, when it is terminated
    last: Ended | None = None
    pulled: bool = True  # whether the image ever arrived


RUNNING = Life()


@dataclass(frozen=True, kw_only=True)
class PodState:
    """The state of one pod; the default is a pod that runs well since it was created."""

    phase: Phase = "Running"
    lives: Mapping[str, Life] = field(default_factory=dict)
    init_lives: Mapping[str, Life] = field(default_factory=dict)
    created: timedelta | None = None
    node: str | None = None
    unschedulable: str = ""  # why the scheduler found no node
    reason: str = ""
    message: str = ""
    deleting: timedelta | None = None  # since when it is Terminating
    lost: bool = False  # its node no longer reports


@dataclass(frozen=True, kw_only=True)
class App:
    """A workload: what its pod template holds and how many pods it wants."""

    name: str
    namespace: str
    containers: tuple[Container, ...]
    replicas: int = 2
    age: timedelta = timedelta(days=30)
    team: str = ""
    labels: Labels = field(default_factory=dict)
    template_labels: Labels = field(default_factory=dict)
    annotations: Labels = field(default_factory=dict)
    template_annotations: Labels = field(default_factory=dict)
    init_containers: tuple[Container, ...] = ()
    volumes: tuple[Object, ...] = ()
    service_account: str = "default"
    node_selector: Labels = field(default_factory=dict)
    tolerations: tuple[Object, ...] = ()
    pull_secrets: tuple[str, ...] = ()
    priority_class: str = ""
    priority: int = 0
    host_network: bool = False
    grace_seconds: int = 30
    service_port: int | None = None
    progress_deadline: int = 600

    @property
    def selector(self) -> dict[str, str]:
        return {"app": self.name}

    @property
    def all_labels(self) -> dict[str, str]:
        extra = {"team": self.team} if self.team else {}
        return {"app": self.name, **extra, **self.labels}


def app(name: str, namespace: str, image: str, *, replicas: int = 2, port: int = 8080, **rest: Any) -> App:
    """The common case: one container that serves HTTP behind a Service of the same name."""
    container = Container(image=image, ports=(port,), readiness=http_probe("/healthz", port))
    options: dict[str, Any] = {"service_port": port, **rest}
    return App(name=name, namespace=namespace, containers=(container,), replicas=replicas, **options)


def adapted(made: App, **changes: Any) -> App:
    """The application with its containers changed."""
    return replace(made, containers=tuple(replace(each, **changes) for each in made.containers))


def http_probe(path: str, port: int, *, delay: int = 5, period: int = 10, failures: int = 3) -> Object:
    probe = {"httpGet": {"path": path, "port": port, "scheme": "HTTP"}, "timeoutSeconds": 1, "periodSeconds": period}
    probe |= {"successThreshold": 1, "failureThreshold": failures, "initialDelaySeconds": delay}
    return probe
