"""Namespaces with what every namespace has: a default service account and the cluster's root certificate."""

from datetime import timedelta

from ack_sandbox.kube.objects import Object, dig, namespace_of
from ack_sandbox.kube.population.world import World
from ack_sandbox.kube.quantities import cpu, millicores

SYSTEM = ("default", "kube-node-lease", "kube-public", "kube-system")


def namespace(world: World, name: str, age: timedelta, *, labels: dict[str, str] | None = None) -> Object:
    meta = world.metadata("Namespace", name, age=age, labels={**(labels or {}), "kubernetes.io/metadata.name": name})
    made = {"kind": "Namespace", "apiVersion": "v1", "metadata": meta}
    world.add({**made, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}})
    service_account(world, "default", name, age)
    certificate = "-----BEGIN CERTIFICATE-----\n" + world.digest("root-ca") + "\n-----END CERTIFICATE-----\n"
    config_map(world, "kube-root-ca.crt", name, {"ca.crt": certificate}, age)
    return made


def service_account(world: World, name: str, space: str, age: timedelta) -> Object:
    meta = world.metadata("ServiceAccount", name, space, age=age)
    return world.add({"kind": "ServiceAccount", "apiVersion": "v1", "metadata": meta})


def config_map(
    world: World,
    name: str,
    space: str,
    data: dict[str, str],
    age: timedelta,
    *,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
) -> Object:
    meta = world.metadata("ConfigMap", name, space, age=age, labels=labels, annotations=annotations)
    return world.add({"kind": "ConfigMap", "apiVersion": "v1", "data": data, "metadata": meta})


def quota(world: World, name: str, space: str, hard: dict[str, str], age: timedelta) -> Object:
    """A quota whose use is what the pods that are there now take."""
    pods = [each for each in world.population.objects if each["kind"] == "Pod" and namespace_of(each) == space]
    counted = [each for each in pods if each["status"]["phase"] in ("Pending", "Running")]
    requests = [
        dig(container, "resources", "requests", "cpu") for each in counted for container in each["spec"]["containers"]
    ]
    used = {"pods": str(len(counted)), "requests.cpu": cpu(sum(map(millicores, requests)))}
    meta = world.metadata("ResourceQuota", name, space, age=age)
    made = {"kind": "ResourceQuota", "apiVersion": "v1", "metadata": meta, "spec": {"hard": hard}}
    return world.add({**made, "status": {"hard": hard, "used": used}})


def limit_range(world: World, name: str, space: str, age: timedelta) -> Object:
    limit = {
        "type": "Container",
        "default": {"cpu": "500m", "memory": "512Mi"},
        "defaultRequest": {"cpu": "50m", "memory": "64Mi"},
    }
    meta = world.metadata("LimitRange", name, space, age=age)
    return world.add({"kind": "LimitRange", "apiVersion": "v1", "metadata": meta, "spec": {"limits": [limit]}})
