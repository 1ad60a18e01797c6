"""What the components of the control plane write all day."""

from collections.abc import Iterator
from typing import Literal

from ack_sandbox.kube.objects import name_of, namespace_of
from ack_sandbox.sls.rows.klog import Severity, line
from ack_sandbox.sls.rows.scene import Scene
from ack_sandbox.sls.rows.timeline import Habit

Component = Literal["apiserver", "kcm", "scheduler", "ccm", "cluster-autoscaler", "controlplane-events"]
COMPONENTS: tuple[Component, ...] = (
    "apiserver",
    "kcm",
    "scheduler",
    "ccm",
    "cluster-autoscaler",
    "controlplane-events",
)
# seconds between two, severity, file and line, text
Lines = tuple[tuple[float, Severity, str, str], ...]
WATCHERS = ("pods", "endpointslices", "configmaps", "services", "nodes")
EXPIRED = "[invalid bearer token, service account token has expired]"
ORDINARY: dict[Component, Lines] = {
    "apiserver": (
        (20, "I", "httplog.go:134", '"HTTP" verb="GET" URI="/readyz" latency="{ms}ms" srcIP="10.0.0.12:{n}" resp=200'),
        (
            90,
            "I",
            "controller.go:615",
            'quota admission added evaluator for: {"group":"apps","resource":"replicasets"}',
        ),
        (600, "W", "watcher.go:338", "watch chan error: etcdserver: mvcc: required revision has been compacted"),
        (900, "E", "authentication.go:73", f'"Unable to authenticate the request" err="{EXPIRED}"'),
        (300, "I", "trace.go:236", 'Trace[{trace}]: "List" url:/api/v1/pods (total time: 5{ms}ms)'),
        (1800, "W", "dispatcher.go:205", "Failed calling webhook, failing open pod-identity.ack.example.com: timeout"),
    ),
    "kcm": (
        (60, "I", "garbagecollector.go:203", '"syncing garbage collector with updated resources from discovery"'),
        (300, "I", "resource_quota_controller.go:476", '"syncing resource quota controller with updated resources"'),
        (900, "W", "endpointslice_controller.go:348", '"Error syncing endpoint slices for service, retrying"'),
        (1200, "W", "reflector.go:484", "watch of *v1.PartialObjectMetadata ended with: too old resource version: {n}"),
    ),
    "scheduler": (
        (120, "I", "scheduling_queue.go:1030", '"Pods moved to active queue" event="NodeUpdate" pods={ms}'),
        (600, "I", "reflector.go:879", "watch close - *v1.Pod total {n} items received"),
        (1800, "I", "leaderelection.go:271", "successfully renewed lease kube-system/kube-scheduler"),
    ),
    "ccm": (
        (120, "I", "node_controller.go:223", '"reconcile nodes" took={ms}ms'),
        (300, "I", "route_controller.go:163", '"route table is up to date" routes=0'),
        (1800, "I", "service_controller.go:340", '"successfully reconciled" service="kube-system/nginx-ingress-lb"'),
        (7200, "W", "openapi.go:118", "SLB DescribeLoadBalancerAttribute: Throttling.User, retry in {ms}ms"),
    ),
    "cluster-autoscaler": (
        (60, "I", "static_autoscaler.go:306", "Starting main loop"),
        (60, "I", "scale_down.go:454", "No candidates for scale down"),
        (300, "I", "cloud_provider.go:188", "refreshed scaling groups in {ms}ms"),
    ),
    "controlplane-events": (),
}


def habits(scene: Scene, component: Component) -> Iterator[Habit]:
    for every, severity, where, text in ORDINARY[component]:
        yield Habit(line(severity, where, text), every, 0.3 if every > 60 else 0.0)
    if component == "apiserver":
        for plural in WATCHERS:
            text = (
                f'"HTTP" verb="WATCH" URI="/api/v1/{plural}?watch=true" latency="7m12.{{ms}}s" srcIP="10.0.0.12:{{n}}"'
            )
            yield Habit(line("I", "httplog.go:134", f"{text} resp=200"), 240)
    if component == "kcm":
        for each in scene.kind("HorizontalPodAutoscaler"):
            text = f'"Successfully updated status" horizontalPodAutoscaler="{namespace_of(each)}/{name_of(each)}"'
            yield Habit(line("I", "horizontal.go:890", text), 900)
    if component == "controlplane-events":
        for service in scene.kind("Service"):
            if service["spec"]["type"] == "LoadBalancer":
                about = f'object="{namespace_of(service)}/{name_of(service)}" kind="Service" apiVersion="v1"'
                said = 'type="Normal" reason="EnsuredLoadBalancer" message="Ensured load balancer"'
                yield Habit(line("I", "event.go:389", f'"Event occurred" {about} {said}'), 3600)
