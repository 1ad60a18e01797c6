"""The lives of one container: it waits, is started, becomes ready, ends, waits out its back-off, starts again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers import settings
from ack_sandbox.kube.controllers.course import Course, course
from ack_sandbox.kube.controllers.events import emit, of_kubelet
from ack_sandbox.kube.controllers.plane import Plane
from ack_sandbox.kube.controllers.pod_status import waiting
from ack_sandbox.kube.controllers.pulling import failure
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of, parse_time, rfc3339
from ack_sandbox.kube.programs import split

FIRST_BACK_OFF, LONGEST_BACK_OFF = 10, 300
RETRY_SECONDS = 12
# Once something was said this often, the pulse of the cluster repeats it.
SAID_OFTEN = 5
Next = datetime | None


@dataclass
class Attempt:
    """What was tried in vain for a container, and when it is tried again."""

    count: int = 0
    again: datetime | None = None


@dataclass(eq=False)
class Lives:
    plane: Plane
    attempts: dict[tuple[str, str], Attempt] = field(default_factory=dict)

    def drive(self, pod: Object, container: Object, status: Object, at: datetime, *, init: bool) -> tuple[Object, Next]:
        """The status after the change that is due, if one is, and when the next one will be."""
        if status["image"] != container["image"]:
            return self._replaced(pod, container, status, at), at
        state = status["state"]
        if dig(state, "waiting", "reason") == "CrashLoopBackOff":
            return self._backing_off(pod, container, status, at, init)
        if "running" in state:
            return self._running(pod, container, status, at, init)
        if "terminated" in state:
            return self._ended(pod, container, status, at)
        return self._starting(pod, container, status, at, init)

    def retry(self, pod: Object) -> None:
        """Try everything again that was tried in vain."""
        identity = metadata(pod)["uid"]
        for key in [key for key in self.attempts if key[0] == identity]:
            del self.attempts[key]

    def _attempt(self, pod: Object, container: Object) -> Attempt:
        return self.attempts.setdefault((metadata(pod)["uid"], container["name"]), Attempt())

    def _replaced(self, pod: Object, container: Object, status: Object, at: datetime) -> Object:
        self.attempts.pop((metadata(pod)["uid"], container["name"]), None)
        fields: Object = {"image": container["image"], "imageID": "", "ready": False}
        if "running" not in status["state"]:
            return {**status, **fields, "state": waiting("ContainerCreating")}
        text = f"Container {container['name']} definition changed, will be restarted"
        of_kubelet(self.plane, pod, "Killing", text, at, container=container["name"])
        ended = _end(status, Course(exit_code=0, reason="Completed"), at)
        return {**ended, **fields, "lastState": ended["state"], "state": waiting("ContainerCreating")}

    def _starting(
        self, pod: Object, container: Object, status: Object, at: datetime, init: bool
    ) -> tuple[Object, Next]:
        attempt = self._attempt(pod, container)
        if attempt.again is not None and at < attempt.again:
            return status, attempt.again
        refused = failure(self.plane, pod, container["image"])
        if refused:
            return self._not_pulled(pod, container, status, refused, attempt, at)
        why = settings.missing_setting(self.plane, pod, container)
        if not why:
            return self._start(pod, container, status, at, init), at
        attempt.count += 1
        attempt.again = _later(at, RETRY_SECONDS) if attempt.count < SAID_OFTEN else None
        of_kubelet(self.plane, pod, "Failed", f"Error: {why}", at, warning=True, container=container["name"])
        return {**status, "state": waiting("CreateContainerConfigError", why)}, attempt.again

    def _not_pulled(
        self, pod: Object, container: Object, status: Object, refused: str, attempt: Attempt, at: datetime
    ) -> tuple[Object, Next]:
        """A failed pull is reported first, then backed off from."""
        image, name = container["image"], container["name"]

        def say(reason: str, message: str, *, warning: bool = True) -> None:
            of_kubelet(self.plane, pod, reason, message, at, warning=warning, container=name)

        if dig(status, "state", "waiting", "reason") == "ErrImagePull":
            attempt.count += 1
            attempt.again = _later(at, _back_off(attempt.count)) if attempt.count < SAID_OFTEN else None
            say("BackOff", f'Back-off pulling image "{image}"', warning=False)
            say("Failed", "Error: ImagePullBackOff")
            state = waiting("ImagePullBackOff", f'Back-off pulling image "{image}"')
            return {**status, "state": state}, attempt.again
        if attempt.count >= SAID_OFTEN:
            return status, None
        say("Pulling", f'Pulling image "{image}"', warning=False)
        say("Failed", f'Failed to pull image "{image}": rpc error: {refused}')
        say("Failed", "Error: ErrImagePull")
        attempt.again = _later(at, 2)
        return {**status, "state": waiting("ErrImagePull", f"rpc error: {refused}")}, attempt.again

    def _start(self, pod: Object, container: Object, status: Object, at: datetime, init: bool) -> Object:
        plane, name, image = self.plane, container["name"], container["image"]
        self.attempts.pop((metadata(pod)["uid"], name), None)
        ahead = course(plane, pod, container, init=init)
        key = (namespace_of(pod), name_of(pod), name)
        plane.state.logs.write(*key, ahead.script)
        if ahead.usage is not None:
            plane.state.usages.set(*key, ahead.usage)
        self._say_started(pod, name, image, at)
        before = status["state"] if "terminated" in status["state"] else status["lastState"]
        return {
            **status,
            "state": {"running": {"startedAt": rfc3339(at)}},
            "lastState": before,
            "ready": ahead.ready == 0,
            "restartCount": status["restartCount"] + (1 if before else 0),
            "imageID": f"{split(image)[0]}@sha256:{plane.state.draws.at('image', image).hex(64)}",
            "containerID": f"containerd://{plane.digest()}",
            "started": True,
        }

    def _say_started(self, pod: Object, name: str, image: str, at: datetime) -> None:
        pulled = f'Container image "{image}" already present on machine'
        if not self.plane.images.is_known(image):
            self.plane.images.pulled.add(image)
            of_kubelet(self.plane, pod, "Pulling", f'Pulling image "{image}"', at, container=name)
            pulled = f'Successfully pulled image "{image}" in 1.208s (1.208s including waiting).'
        of_kubelet(self.plane, pod, "Pulled", pulled, at, container=name)
        of_kubelet(self.plane, pod, "Created", f"Created container: {name}", at, container=name)
        of_kubelet(self.plane, pod, "Started", f"Started container {name}", at, container=name)

    def _running(self, pod: Object, container: Object, status: Object, at: datetime, init: bool) -> tuple[Object, Next]:
        ahead = course(self.plane, pod, container, init=init)
        started = parse_time(status["state"]["running"]["startedAt"])
        ends = _later(started, ahead.ends) if ahead.ends is not None else None
        if ends is not None and at >= ends:
            if ahead.unwell:
                self._say_killed(pod, container["name"], ahead.unwell, at)
            if ahead.reason == "OOMKilled":
                self._say_out_of_memory(pod, at)
            return _end(status, ahead, at), _later(at, 1)
        if init:
            return status, ends
        ready = _later(started, ahead.ready) if ahead.ready is not None else None
        holds = ready is not None and at >= ready
        again = self._complaint(pod, container, ahead, started, at) if not holds else None
        coming = [each for each in (ends, ready, again) if each is not None and each > at]
        return ({**status, "ready": holds} if status["ready"] != holds else status), min(coming, default=None)

    def _say_killed(self, pod: Object, name: str, unwell: str, at: datetime) -> None:
        of_kubelet(self.plane, pod, "Unhealthy", unwell, at, warning=True, container=name)
        text = f"Container {name} failed liveness probe, will be restarted"
        of_kubelet(self.plane, pod, "Killing", text, at, container=name)

    def _say_out_of_memory(self, pod: Object, at: datetime) -> None:
        node = dig(pod, "spec", "nodeName", default="")
        about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": node, "uid": node}}
        process = 9000 + int(self.plane.digest()[:6], 16) % 51000
        text = f"Memory cgroup out of memory: Killed process {process} (python3)"
        emit(self.plane, about, "OOMKilling", text, at, component="kernel-monitor", warning=True)

    def _complaint(self, pod: Object, container: Object, ahead: Course, started: datetime, at: datetime) -> Next:
        """Say that the readiness probe fails, when it is time to; the time of the next such event."""
        if not ahead.unready:
            return None
        attempt = self._attempt(pod, container)
        probe = container.get("readinessProbe") or {}
        due = attempt.again or _later(started, float(probe.get("initialDelaySeconds") or 1))
        if at < due or attempt.count >= SAID_OFTEN:
            return due
        attempt.count += 1
        attempt.again = _later(at, float(probe.get("periodSeconds") or 10))
        of_kubelet(self.plane, pod, "Unhealthy", ahead.unready, at, warning=True, container=container["name"])
        return attempt.again if attempt.count < SAID_OFTEN else None

    def _ended(self, pod: Object, container: Object, status: Object, at: datetime) -> tuple[Object, Next]:
        """What the restart policy makes of a container that has ended."""
        ended = status["state"]["terminated"]
        policy = dig(pod, "spec", "restartPolicy", default="Always")
        init = any(each["name"] == container["name"] for each in dig(pod, "spec", "initContainers", default=[]))
        if policy == "Never" or (ended["exitCode"] == 0 and (policy == "OnFailure" or init)):
            return status, None
        finished = parse_time(ended["finishedAt"])
        if status["restartCount"] == 0:
            return (self._start(pod, container, status, at, init), at) if at >= finished else (status, finished)
        delay = _back_off(status["restartCount"])
        names = f"{name_of(pod)}_{namespace_of(pod)}({metadata(pod)['uid']})"
        text = f"back-off {_span(delay)} restarting failed container={container['name']} pod={names}"
        said = f"Back-off restarting failed container {container['name']} in pod {names}"
        of_kubelet(self.plane, pod, "BackOff", said, at, warning=True, container=container["name"])
        state = waiting("CrashLoopBackOff", text)
        return {**status, "lastState": status["state"], "state": state}, _later(finished, delay)

    def _backing_off(
        self, pod: Object, container: Object, status: Object, at: datetime, init: bool
    ) -> tuple[Object, Next]:
        finished = parse_time(status["lastState"]["terminated"]["finishedAt"])
        due = _later(finished, _back_off(status["restartCount"]))
        if at < due:
            return status, due
        if status["restartCount"] > SAID_OFTEN and course(self.plane, pod, container, init=init).ends is not None:
            return status, None  # from here on the pulse of the cluster goes on with it
        return self._start(pod, container, status, at, init), at


def _end(status: Object, ahead: Course, at: datetime) -> Object:
    started = status["state"]["running"]["startedAt"]
    ended = {"exitCode": ahead.exit_code, "reason": ahead.reason, "startedAt": started, "finishedAt": rfc3339(at)}
    state = {"terminated": {**ended, "containerID": status.get("containerID", "")}}
    return {**status, "state": state, "ready": False, "started": False}


def _back_off(count: int) -> int:
    return min(FIRST_BACK_OFF << max(min(count, 8) - 1, 0), LONGEST_BACK_OFF)


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _later(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=seconds)
