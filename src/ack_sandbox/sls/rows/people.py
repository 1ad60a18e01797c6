"""What people, pipelines and applications ask all day, and what of it is refused or fails."""

from collections.abc import Iterator
from dataclasses import replace

from ack_sandbox.kube.objects import name_of
from ack_sandbox.sls.rows.actors import CLIENT_GO, PEOPLE, Actor, controller, person, pipeline, service_account
from ack_sandbox.sls.rows.audit import Call, recipe
from ack_sandbox.sls.rows.scene import Scene
from ack_sandbox.sls.rows.timeline import Habit

BUSY = 0.85  # of the working day
# verb, group, resource, subresource, seconds between two by one person in one namespace
LOOKS = (
    ("list", "", "pods", "", 3600),
    ("get", "", "pods", "log", 5400),
    ("list", "apps", "deployments", "", 7200),
    ("list", "", "events", "", 7200),
    ("list", "", "services", "", 14400),
    ("get", "", "configmaps", "", 28800),
)
LOOKED_AT = {"pods": "Pod", "deployments": "Deployment", "services": "Service", "configmaps": "ConfigMap"}


def people(scene: Scene) -> Iterator[Habit]:
    for space in scene.spaces:
        for name, _, _ in PEOPLE:
            yield from _looking(scene, person(name), space)
        yield from _pipeline(scene, space)
    yield from _refused(scene)
    yield from _failing(scene)


def _looking(scene: Scene, who: Actor, space: str) -> Iterator[Habit]:
    for verb, group, resource, subresource, every in LOOKS:
        name = ""
        if verb == "get":
            objects = scene.kind(LOOKED_AT[resource], space)
            if not objects:
                continue
            name = name_of(scene.draws.at("looks", who.name, space, resource).choice(objects))
        call = Call(
            actor=who,
            verb=verb,
            group=group,
            resource=resource,
            namespace=space,
            name=name,
            subresource=subresource,
            query="limit=500" if verb == "list" else "",
        )
        yield Habit(recipe(call), every, BUSY)


def _pipeline(scene: Scene, space: str) -> Iterator[Habit]:
    """Pipelines ask how a rollout goes, and dry-run what they would apply."""
    if scene.get("ServiceAccount", space, "ci-deployer") is None:
        return
    who = pipeline(space)
    for each in scene.kind("Deployment", space):
        name = name_of(each)
        asked = Call(actor=who, verb="get", group="apps", resource="deployments", namespace=space, name=name)
        dry = "dryRun=All&fieldManager=kubectl-client-side-apply"
        yield Habit(recipe(asked), 7200, BUSY)
        yield Habit(recipe(replace(asked, verb="patch", query=dry)), 21600, BUSY)


def _refused(scene: Scene) -> Iterator[Habit]:
    """An application whose account was never given the right that it needs; it asks again and again."""
    if not scene.spaces:
        return
    space = scene.draws.at("refused").choice(scene.spaces)
    told = {each.workload for each in scene.population.incidents}
    told |= {each.workload for each in scene.population.look_alikes}
    names = [name_of(each) for each in scene.kind("Deployment", space)]
    # Not one that is in trouble for another reason.
    app = scene.draws.at("refused", "app").choice([name for name in names if f"deployment/{name}" not in told] or names)
    agent = f"{app}/v0.0.0 (linux/amd64) kubernetes/$Format"
    who = service_account(space, "default", agent, "10.0.128.77")
    for resource, verb, every in (("configmaps", "list", 90), ("endpoints", "watch", 300)):
        text = f'User "{who.name}" cannot {verb} resource "{resource}" in API group "" in the namespace "{space}"'
        denied = f"{resource} is forbidden: {text}"
        call = Call(actor=who, verb=verb, resource=resource, namespace=space, code=403, message=denied)
        yield Habit(recipe(call), every)
    yield from _curious(space)


def _curious(space: str) -> Iterator[Habit]:
    for name in ("li.na", "wang.fang"):
        text = f'User "{name}" cannot list resource "secrets" in API group "" in the namespace "{space}"'
        call = Call(
            actor=person(name),
            verb="list",
            resource="secrets",
            namespace=space,
            code=403,
            message=f"secrets is forbidden: {text}",
        )
        yield Habit(recipe(call), 21600, BUSY)


def _failing(scene: Scene) -> Iterator[Habit]:
    changed = "the object has been modified; please apply your changes to the latest version and try again"
    for each in scene.kind("Deployment")[::6][:20]:
        space, name = each["metadata"]["namespace"], name_of(each)
        conflict = Call(
            actor=controller(scene.plan, "deployment-controller"),
            verb="update",
            group="apps",
            resource="deployments",
            namespace=space,
            name=name,
            subresource="status",
            code=409,
            message=f'Operation cannot be fulfilled on deployments.apps "{name}": {changed}',
        )
        yield Habit(recipe(conflict), 28800, 0.5)
    for space in scene.spaces:
        missing = f"{space}-debug"
        absent = Call(
            actor=person("chen.jie"),
            verb="get",
            resource="pods",
            namespace=space,
            name=missing,
            code=404,
            message=f'pods "{missing}" not found',
        )
        yield Habit(recipe(absent), 14400, BUSY)
        lost = service_account(space, "default", CLIENT_GO, "10.0.128.90")
        lock = Call(
            actor=lost,
            verb="get",
            group="coordination.k8s.io",
            resource="leases",
            namespace=space,
            name="leader",
            code=404,
            message='leases.coordination.k8s.io "leader" not found',
        )
        yield Habit(recipe(lock), 7200)
