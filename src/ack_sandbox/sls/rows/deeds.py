"""How a change to an object is asked for: the bodies that clients send and the server answers."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, name_of, namespace_of
from ack_sandbox.kube.resources import Resource
from ack_sandbox.sls.rows.actors import PEOPLE, Actor, addon_installer, person, pipeline
from ack_sandbox.sls.rows.audit import Call, Deed
from ack_sandbox.sls.rows.scene import SYSTEM_SPACES, Scene

APPLY = "fieldManager=kubectl-client-side-apply&fieldValidation=Strict"
ANSWERED = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "ownerReferences")


def author(scene: Scene, space: str) -> Actor:
    """Who deploys in a namespace: the cloud, the team's pipeline, or the person that looks after it."""
    if space in SYSTEM_SPACES:
        return addon_installer()
    if scene.get("ServiceAccount", space, "ci-deployer") is not None:
        return pipeline(space)
    return keeper(scene, space)


def keeper(scene: Scene, space: str) -> Actor:
    """The person who works on a namespace by hand."""
    return person(scene.draws.at("keeper", space).choice(PEOPLE[:4])[0])


def sent(obj: Object) -> Object:
    """An object as its author wrote it."""
    meta = {key: value for key, value in obj["metadata"].items() if key not in ANSWERED}
    return {**{key: value for key, value in obj.items() if key not in ("status", "metadata")}, "metadata": meta}


def answered(obj: Object) -> Object:
    meta = {key: value for key, value in obj["metadata"].items() if key not in ("managedFields", "resourceVersion")}
    return {**{key: value for key, value in obj.items() if key != "status"}, "metadata": meta}


def _call(scene: Scene, obj: Object, who: Actor, verb: str, **rest: object) -> Call:
    resource = scene.population.catalog.of(obj)
    return _of(resource, who, verb, namespace_of(obj) if resource.namespaced else "", name_of(obj), **rest)


def _of(resource: Resource, who: Actor, verb: str, namespace: str, name: str, **rest: object) -> Call:
    if resource.plural == "namespaces":
        namespace = name
    return Call(
        actor=who,
        verb=verb,
        group=resource.group,
        version=resource.version,
        resource=resource.plural,
        namespace=namespace,
        name=name,
        **rest,  # type: ignore[arg-type]
    )


def created(scene: Scene, obj: Object, who: Actor, at: datetime, *, query: str = APPLY, after: int = 0) -> Deed:
    bodies = {"sent": sent(obj), "answered": answered(obj)}
    return Deed(at, _call(scene, obj, who, "create", code=201, query=query, **bodies), after)


def patched(scene: Scene, obj: Object, who: Actor, at: datetime, body: Object, *, query: str = APPLY) -> Deed:
    return Deed(at, _call(scene, obj, who, "patch", query=query, sent=body, answered=answered(obj)))


def updated(scene: Scene, obj: Object, who: Actor, at: datetime) -> Deed:
    query = "fieldManager=kubectl-replace"
    return Deed(at, _call(scene, obj, who, "update", query=query, sent=sent(obj), answered=answered(obj)))


def deleted(scene: Scene, obj: Object, who: Actor, at: datetime) -> Deed:
    options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
    return Deed(at, _call(scene, obj, who, "delete", sent=options, answered=answered(obj)))
