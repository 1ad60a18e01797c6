"""What scales, protects and separates applications: autoscalers, disruption budgets, network policies, roles."""

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.access import API, LOOK, binding
from ack_sandbox.kube.population.shapes import App, days
from ack_sandbox.kube.population.world import World


def autoscaler(world: World, app: App, *, current: int, target: int = 70) -> Object:
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": app.name, "apiVersion": "apps/v1"},
        "minReplicas": max(1, app.replicas - 1),
        "maxReplicas": app.replicas * 4,
        "metrics": [_cpu("target", {"type": "Utilization", "averageUtilization": target})],
    }
    rows = (
        ("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size"),
        ("ScalingActive", "True", "ValidMetricFound", "the HPA was able to successfully calculate a replica count"),
        ("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range"),
    )
    status = {
        "currentReplicas": app.replicas,
        "desiredReplicas": app.replicas,
        "currentMetrics": [_cpu("current", {"averageUtilization": current, "averageValue": f"{current // 2}m"})],
        "conditions": [
            {"type": kind, "status": state, "lastTransitionTime": world.ago(days(2)), "reason": why, "message": text}
            for kind, state, why, text in rows
        ],
    }
    meta = world.metadata("HorizontalPodAutoscaler", app.name, app.namespace, age=app.age)
    made = {"kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2", "metadata": meta}
    return world.add({**made, "spec": spec, "status": status})


def _cpu(side: str, values: Object) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", side: values}}


def disruption_budget(world: World, app: App) -> Object:
    meta = {**world.metadata("PodDisruptionBudget", app.name, app.namespace, age=app.age), "generation": 1}
    spec = {"minAvailable": "50%", "selector": {"matchLabels": app.selector}}
    needed = -(-app.replicas // 2)
    status = {
        "disruptionsAllowed": app.replicas - needed,
        "currentHealthy": app.replicas,
        "desiredHealthy": needed,
        "expectedPods": app.replicas,
        "observedGeneration": 1,
    }
    made = {"kind": "PodDisruptionBudget", "apiVersion": "policy/v1", "metadata": meta}
    return world.add({**made, "spec": spec, "status": status})


def deny_by_default(world: World, space: str) -> Object:
    meta = {**world.metadata("NetworkPolicy", "default-deny-ingress", space, age=days(90)), "generation": 1}
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {}}]}]}
    return world.add({"kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1", "metadata": meta, "spec": spec})


def team_role(world: World, space: str) -> None:
    rules = [{"apiGroups": ["", "apps"], "resources": ["pods", "pods/log", "deployments"], "verbs": LOOK}]
    meta = world.metadata("Role", "developer", space, age=days(90))
    world.add({"kind": "Role", "apiVersion": API, "metadata": meta, "rules": rules})
    subjects = [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": f"team-{space}"}]
    binding(world, "RoleBinding", "developers", space, ("Role", "developer"), subjects, days(90))
