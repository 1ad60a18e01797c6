"""Deployments with their whole chain: revisions, pods, and statuses computed from the pods."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ack_sandbox.kube.objects import Object, condition, dig, name_of
from ack_sandbox.kube.population.managed import entry, fields
from ack_sandbox.kube.population.pods import pod
from ack_sandbox.kube.population.shapes import App, Container, PodState
from ack_sandbox.kube.population.templates import template
from ack_sandbox.kube.population.world import World

RUNS_WELL = PodState()
REVISION = "deployment.kubernetes.io/revision"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Rollout:
    """A Deployment with the pods of its newest ReplicaSet."""

    deployment: Object
    replica_set: Object
    pods: list[Object]


def is_ready(made: Object) -> bool:
    return dig(condition(made, "Ready") or {}, "status") == "True" and "deletionTimestamp" not in made["metadata"]


def template_hash(world: World, app: App, revision: int) -> str:
    return world.suffix(9 + world.number(0, 1, app.name, revision), "template", app.namespace, app.name, revision)


def deployment(
    world: World,
    app: App,
    states: Sequence[PodState] | None = None,
    *,
    revision: int = 1,
    old: App | None = None,
    completed: bool = False,
) -> Rollout:
    """A Deployment whose pods are in `states`.

    `old` is the application an earlier, still running revision had; `completed` says that the rollout once went
    well, so that whatever troubles the pods came later.
    """
    states = [RUNS_WELL] * app.replicas if states is None else states
    made = _deployment_object(world, app, revision)
    newest = app.age if revision == 1 else _newest_age(app, states)
    for past in range(max(1, revision - 2), revision):
        running = [RUNS_WELL] * old.replicas if old is not None and past == revision - 1 else []
        shown = old if running and old is not None else older(app, revision - past)
        _replica_set(world, shown, made, past, running, newest + (app.age - newest) * ((revision - past) / revision))
    # A rollout that is under way has asked for no more than the pods it has.
    asked = len(states) if old is not None else app.replicas
    replica_set, pods = _replica_set(world, app, made, revision, states, newest, asked=asked)
    kept = old.replicas if old is not None else 0
    counts = _counts(app, pods, kept)
    done = completed or _is_complete(app, counts, kept)
    conditions = [
        _available(world, _is_enough(app, counts), newest),
        _progressing(world, app, replica_set, done, newest),
    ]
    made["status"] = {"observedGeneration": revision, **counts, "conditions": conditions}
    world.add(made)
    return Rollout(made, replica_set, pods)


def older(app: App, steps: int) -> App:
    """The application as it was some releases ago: the last number of each image tag is lower."""
    return replace(app, containers=_before(app.containers, steps), init_containers=_before(app.init_containers, steps))


def _before(containers: tuple[Container, ...], steps: int) -> tuple[Container, ...]:
    return tuple(replace(each, image=_older(each.image, steps)) for each in containers)


def _older(image: str, steps: int) -> str:
    repository, _, tag = image.rpartition(":")
    numbers = list(re.finditer(r"\d+", tag))
    if not numbers:
        return f"{repository}:previous-{steps}"
    last = numbers[-1]
    number = int(last[0]) - steps
    # Before x.y.0 came the last patch of an older series; any unused tag will do.
    text = str(number) if number >= 0 else f"0-pre{steps}"
    return f"{repository}:{tag[: last.start()]}{text}{tag[last.end() :]}"


def _newest_age(app: App, states: Sequence[PodState]) -> timedelta:
    created = [state.created for state in states if state.created is not None]
    return max(created) + MINUTE / 60 if created else app.age / 8


def _deployment_object(world: World, app: App, revision: int) -> Object:
    annotations = {REVISION: str(revision), **app.annotations}
    meta = world.metadata(
        "Deployment", app.name, app.namespace, age=app.age, labels=app.all_labels, annotations=annotations
    )
    meta["generation"] = revision
    spec = {
        "replicas": app.replicas,
        "selector": {"matchLabels": app.selector},
        "template": template(app),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": app.progress_deadline,
    }
    owned = {"f:metadata": {"f:labels": fields(app.all_labels)}, "f:spec": fields(spec)}
    meta["managedFields"] = [entry("kubectl-client-side-apply", "apps/v1", meta["creationTimestamp"], owned)]
    return {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": meta, "spec": spec}


def _replica_set(
    world: World,
    app: App,
    owner: Object,
    revision: int,
    states: Sequence[PodState],
    age: timedelta,
    *,
    asked: int | None = None,
) -> tuple[Object, list[Object]]:
    digits = template_hash(world, app, revision)
    name = f"{app.name}-{digits}"
    wanted = (app.replicas if asked is None else asked) if states else 0
    hashed = {"pod-template-hash": digits}
    annotations = {
        "deployment.kubernetes.io/desired-replicas": str(app.replicas),
        "deployment.kubernetes.io/max-replicas": str(app.replicas + -(-app.replicas // 4)),
        REVISION: str(revision),
    }
    labels = {**app.all_labels, **app.template_labels, **hashed}
    meta = world.metadata(
        "ReplicaSet", name, app.namespace, age=age, labels=labels, annotations=annotations, owner=owner
    )
    meta["generation"] = 1 if states else 2
    shared = template(app)
    shared["metadata"]["labels"] |= hashed
    spec = {"replicas": wanted, "selector": {"matchLabels": {**app.selector, **hashed}}, "template": shared}
    made = {"kind": "ReplicaSet", "apiVersion": "apps/v1", "metadata": meta, "spec": spec}
    pods = [_replica(world, app, made, state, index, age) for index, state in enumerate(states)]
    made["status"] = _replica_set_status(made, pods)
    return world.add(made), pods


def _replica(world: World, app: App, owner: Object, state: PodState, index: int, age: timedelta) -> Object:
    prefix = name_of(owner) + "-"
    name = prefix + world.suffix(5, "pod", app.namespace, name_of(owner), index)
    if state.created is None:
        # Pods of a revision were moved and restarted at different times since.
        share = world.number(3, 100, "age", app.namespace, name) / 100
        state = PodState(**{**vars(state), "created": max(age * share, min(age, 2 * MINUTE))})
    return pod(world, app, owner["spec"]["template"], name, owner, state, prefix=prefix)


def _alive(pods: list[Object]) -> list[Object]:
    """The pods that controllers count: neither ended nor being deleted."""
    present = [each for each in pods if "deletionTimestamp" not in each["metadata"]]
    return [each for each in present if each["status"]["phase"] not in ("Failed", "Succeeded")]


def _replica_set_status(made: Object, pods: list[Object]) -> Object:
    ready, alive = sum(map(is_ready, pods)), len(_alive(pods))
    status = {"replicas": alive, "fullyLabeledReplicas": alive, "readyReplicas": ready, "availableReplicas": ready}
    kept = {key: value for key, value in status.items() if value or key == "replicas"}
    return {**kept, "observedGeneration": made["metadata"]["generation"]}


def _counts(app: App, pods: list[Object], kept: int) -> dict[str, int]:
    ready, updated = sum(map(is_ready, pods)) + kept, len(_alive(pods))
    counts = {
        "replicas": updated + kept,
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": max(updated + kept, app.replicas) - ready,
    }
    return {name: count for name, count in counts.items() if count}


def _is_enough(app: App, counts: dict[str, int]) -> bool:
    return counts.get("availableReplicas", 0) >= app.replicas - app.replicas // 4


def _is_complete(app: App, counts: dict[str, int], kept: int) -> bool:
    updated, ready = counts.get("updatedReplicas", 0), counts.get("readyReplicas", 0)
    return not kept and updated == app.replicas and ready >= app.replicas


def _available(world: World, enough: bool, age: timedelta) -> Object:
    moment = world.ago(age - 10 * MINUTE / 60) if enough else world.ago(age)
    return {
        "type": "Available",
        "status": "True" if enough else "False",
        "lastUpdateTime": moment,
        "lastTransitionTime": moment,
        "reason": "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable",
        "message": f"Deployment {'has' if enough else 'does not have'} minimum availability.",
    }


def _progressing(world: World, app: App, newest: Object, done: bool, age: timedelta) -> Object:
    deadline = timedelta(seconds=app.progress_deadline)
    if done:
        status, reason, text = "True", "NewReplicaSetAvailable", "has successfully progressed."
    elif age > deadline:
        status, reason, text = "False", "ProgressDeadlineExceeded", "has timed out progressing."
    else:
        status, reason, text = "True", "ReplicaSetUpdated", "is progressing."
    moment = world.ago(age - deadline if reason == "ProgressDeadlineExceeded" else age - MINUTE / 3)
    return {
        "type": "Progressing",
        "status": status,
        "lastUpdateTime": moment,
        "lastTransitionTime": moment if status == "False" else world.ago(app.age),
        "reason": reason,
        "message": f'ReplicaSet "{name_of(newest)}" {text}',
    }
