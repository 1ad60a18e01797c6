"""Pod templates: from an application to the pod spec its owner holds, with the defaults the API server fills in."""

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.shapes import App, Container


def container_spec(container: Container) -> Object:
    spec: Object = {"name": container.name, "image": container.image}
    if container.command:
        spec["command"] = list(container.command)
    if container.args:
        spec["args"] = list(container.args)
    if container.ports:
        spec["ports"] = [{"containerPort": port, "protocol": "TCP"} for port in container.ports]
    if container.env_from:
        spec["envFrom"] = list(container.env_from)
    if container.env:
        spec["env"] = list(container.env)
    spec["resources"] = _resources(container)
    if container.mounts:
        spec["volumeMounts"] = list(container.mounts)
    if container.liveness:
        spec["livenessProbe"] = container.liveness
    if container.readiness:
        spec["readinessProbe"] = container.readiness
    spec |= {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
    spec["imagePullPolicy"] = "Always" if container.image.endswith(":latest") else "IfNotPresent"
    return spec


def _resources(container: Container) -> Object:
    limits = {"cpu": container.cpu_limit, "memory": container.memory_limit}
    requests = {"cpu": container.cpu, "memory": container.memory}
    sides = {"limits": limits, "requests": requests}
    filled = {side: {name: text for name, text in amounts.items() if text} for side, amounts in sides.items()}
    return {side: amounts for side, amounts in filled.items() if amounts}


def template_spec(app: App) -> Object:
    spec: Object = {}
    if app.volumes:
        spec["volumes"] = list(app.volumes)
    if app.init_containers:
        spec["initContainers"] = [container_spec(each) for each in app.init_containers]
    spec["containers"] = [container_spec(each) for each in app.containers]
    spec |= {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": app.grace_seconds,
        "dnsPolicy": "ClusterFirst",
    }
    if app.node_selector:
        spec["nodeSelector"] = dict(app.node_selector)
    if app.service_account != "default":
        spec |= {"serviceAccountName": app.service_account, "serviceAccount": app.service_account}
    if app.host_network:
        spec["hostNetwork"] = True
    spec["securityContext"] = {}
    if app.pull_secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in app.pull_secrets]
    spec["schedulerName"] = "default-scheduler"
    if app.tolerations:
        spec["tolerations"] = list(app.tolerations)
    if app.priority_class:
        spec["priorityClassName"] = app.priority_class
    return spec


def template(app: App) -> Object:
    meta: Object = {"creationTimestamp": None, "labels": {**app.all_labels, **app.template_labels}}
    if app.template_annotations:
        meta["annotations"] = dict(app.template_annotations)
    return {"metadata": meta, "spec": template_spec(app)}


def quality_of_service(spec: Object) -> str:
    containers = spec["containers"] + spec.get("initContainers", [])
    resources = [each.get("resources") or {} for each in containers]
    if not any(each.get("requests") or each.get("limits") for each in resources):
        return "BestEffort"
    for each in resources:
        limits, requests = each.get("limits") or {}, each.get("requests") or {}
        if any(name not in limits or requests.get(name, limits[name]) != limits[name] for name in ("cpu", "memory")):
            return "Burstable"
    return "Guaranteed"
