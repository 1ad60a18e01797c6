"""What happened to a cluster since it opened, as rows: requests that its API server heard, events that it was told."""

import json
from collections.abc import Iterator

import yaml

from ack_sandbox.kube.api.requests import Request, Target, parse_query, target_of, verb_of
from ack_sandbox.kube.hearing import Heard
from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.users import ANONYMOUS, User
from ack_sandbox.sls.rows.actors import Actor
from ack_sandbox.sls.rows.audit import METHODS_OF_READING, Call, compact, recipe, stamp
from ack_sandbox.sls.rows.events import said
from ack_sandbox.sls.rows.plane import Component
from ack_sandbox.sls.rows.plane_events import told
from ack_sandbox.sls.rows.plans import Row
from ack_sandbox.sls.rows.timeline import Planted, Recipe, micros


def requests(state: ClusterState) -> Iterator[Planted]:
    for heard in tuple(state.hearing.requests):
        yield Planted(micros(heard.at), _recipe(heard))


def events(state: ClusterState) -> Iterator[Planted]:
    for at, event in tuple(state.hearing.events):
        yield Planted(micros(at), said(event, event.get("count") or 1))


def lines(state: ClusterState, component: Component) -> Iterator[Planted]:
    for at, event in tuple(state.hearing.events):
        found = told(component, event)
        if found is not None:
            yield Planted(micros(at), found)


def _recipe(heard: Heard) -> Recipe:
    def row(at: int, mix: int) -> Row:
        made = recipe(_call(heard))(at, mix)
        marks = {"auditID": heard.id, "requestReceivedTimestamp": stamp(at)}
        return {**made, **marks, **_impersonated(heard)}

    return row


def _impersonated(heard: Heard) -> dict[str, str]:
    if heard.acting is None or heard.acting is heard.user:
        return {}
    return {"impersonatedUser": compact({"username": heard.acting.name, "groups": list(heard.acting.groups)})}


def _call(heard: Heard) -> Call:
    target = target_of(heard.path)
    status = _json(heard.answered) if heard.code >= 400 else None
    shared = {
        "actor": _actor(heard),
        "code": heard.code,
        "message": str((status or {}).get("message", "")),
        "path": f"{heard.path}?{heard.query}" if heard.query else heard.path,
    }
    return _of_target(heard, target, shared)


def _of_target(heard: Heard, target: Target | None, shared: dict[str, object]) -> Call:
    request = Request(method=heard.method, path=heard.path, query=parse_query(heard.query))
    if target is None:
        return Call(verb=heard.method.lower(), **shared)  # type: ignore[arg-type]
    verb, answered = verb_of(request, target), _json(heard.answered)
    return Call(
        verb=verb,
        group=target.group,
        version=target.version,
        resource=target.plural,
        namespace=target.namespace,
        name=target.name or _given_name(heard),
        subresource=target.subresource,
        sent=None if verb in METHODS_OF_READING else _document(heard.sent),
        answered=None if verb in METHODS_OF_READING else answered,
        **shared,  # type: ignore[arg-type]
    )


def _given_name(heard: Heard) -> str:
    """Of what is created only the answer tells the name, or the body where it was refused."""
    if heard.method != "POST":
        return ""
    made = _json(heard.answered) if heard.code < 400 else _document(heard.sent)
    return str(dig(made, "metadata", "name", default=""))


def _actor(heard: Heard) -> Actor:
    user: User = heard.user or ANONYMOUS
    return Actor(name=user.name, groups=user.groups, agent=heard.agent, source=heard.source, extra=user.extra)


def _json(body: bytes) -> Object | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _document(body: bytes) -> Object | None:
    """JSON, or the YAML of a server-side apply; None for anything else."""
    found = _json(body)
    if found is not None or not body:
        return found
    try:
        loaded = yaml.safe_load(body)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        return None
    return loaded if isinstance(loaded, dict) else None
