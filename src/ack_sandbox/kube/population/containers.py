"""Container statuses: what the kubelet reports for each life, with ids, images and the end of the previous life."""

from collections.abc import Mapping
from datetime import timedelta

from ack_sandbox.kube.objects import Object, name_of, namespace_of
from ack_sandbox.kube.population.shapes import RUNNING, Container, Ended, Life
from ack_sandbox.kube.population.world import World

STARTUP = timedelta(seconds=3)


def container_statuses(
    world: World,
    pod: Object,
    containers: tuple[Container, ...],
    lives: Mapping[str, Life],
    age: timedelta,
    *,
    done: bool,
) -> list[Object]:
    """The statuses in order; `done` containers have ended well unless their life says otherwise."""
    finished = Ended(reason="Completed", exit_code=0, started=age - STARTUP / 3, finished=age - STARTUP / 2)
    usual = Life(state="terminated", ended=finished) if done else RUNNING
    return [_status(world, pod, each, lives.get(each.name, usual), age) for each in containers]


def _status(world: World, pod: Object, container: Container, life: Life, age: timedelta) -> Object:
    path = (namespace_of(pod), name_of(pod), container.name)
    identity = "containerd://" + world.digest("container", *path, life.restarts)
    status: Object = {
        "name": container.name,
        "state": _state(world, pod, life, age, identity),
        "lastState": {"terminated": _ended(world, life.last, path, life.restarts - 1)} if life.last else {},
        "ready": life.ready and (life.state == "running" or _completed(life)),
        "restartCount": life.restarts,
        "image": container.image,
        "imageID": _image_id(world, container.image) if life.pulled else "",
    }
    if life.state != "waiting":
        status["containerID"] = identity
    elif life.last is not None:
        status["containerID"] = "containerd://" + world.digest("container", *path, life.restarts - 1)
    return {**status, "started": life.state == "running"}


def named(text: str, pod: Object) -> str:
    """A message with the pod's own identity where `{pod}`, `{namespace}` and `{uid}` stand."""
    if "{" not in text:
        return text
    values = {"{pod}": name_of(pod), "{namespace}": namespace_of(pod), "{uid}": pod["metadata"]["uid"]}
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _completed(life: Life) -> bool:
    return life.ended is not None and life.ended.exit_code == 0


def _state(world: World, pod: Object, life: Life, age: timedelta, identity: str) -> Object:
    if life.state == "running":
        started = life.started if life.started is not None else max(age - STARTUP, timedelta())
        return {"running": {"startedAt": world.ago(started)}}
    if life.state == "waiting":
        waiting = {"reason": life.reason, "message": named(life.message, pod)}
        return {"waiting": {key: value for key, value in waiting.items() if value}}
    assert life.ended is not None
    return {"terminated": {**_end(world, life.ended), "containerID": identity}}


def _ended(world: World, ended: Ended, path: tuple[str, ...], number: int) -> Object:
    return {**_end(world, ended), "containerID": "containerd://" + world.digest("container", *path, number)}


def _end(world: World, ended: Ended) -> Object:
    made: Object = {"exitCode": ended.exit_code, "reason": ended.reason}
    if ended.message:
        made["message"] = ended.message
    return {**made, "startedAt": world.ago(ended.started), "finishedAt": world.ago(ended.finished)}


def _image_id(world: World, image: str) -> str:
    repository = image.rpartition(":")[0] or image
    return f"{repository}@sha256:{world.digest('image', image)}"
