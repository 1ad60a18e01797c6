"""The log of a container: its current or previous life, cut as the query asks, or followed as the clock goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.kube.api.replies import Reply, Stream
from ack_sandbox.kube.api.requests import Request, Target, whole_number
from ack_sandbox.kube.logs import KEPT_LINES, Line, Run
from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of, parse_time
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, invalid, not_found

TEXT = "text/plain"
FOLLOW_INTERVAL = 0.2
LONGEST_WINDOW = 10 * 365 * 24 * 3600
STATUSES = ("containerStatuses", "initContainerStatuses")
PULL_FAILURES = ("ImagePullBackOff", "ErrImagePull")


@dataclass(frozen=True)
class Options:
    timestamps: bool
    tail: int | None
    limit_bytes: int | None
    since: datetime | None


def pod_log(state: ClusterState, request: Request, target: Target) -> Reply | Stream:
    pod = state.store.get("/pods", target.namespace, target.name)
    if pod is None:
        raise not_found("pods", "", target.name)
    options = _options(request, pod, state.clock.now())
    container = _container(pod, request.query.get("container", ""))
    _require_reachable(state, pod)
    run = _run(state, pod, container, previous=request.flag("previous"))
    if request.flag("follow") and run.ended is None:
        return Stream(_follow(state, pod, container, run, options), TEXT)
    writer = _Writer(options, options.limit_bytes)
    return Reply(b"".join(writer.encoded(_lines(run, options, state.clock.now()))), 200, TEXT)


def _options(request: Request, pod: Object, now: datetime) -> Options:
    tail = _count(request, "tailLines", pod, 0)
    seconds = _count(request, "sinceSeconds", pod, 1)
    since = _moment(request.query.get("sinceTime", ""))
    if seconds is not None and since is not None:
        message = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
        raise invalid("PodLogOptions", "", name_of(pod), "", message)
    if seconds is not None:
        since = now - timedelta(seconds=min(seconds, LONGEST_WINDOW))
    return Options(request.flag("timestamps"), tail, _count(request, "limitBytes", pod, 1), since)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found: datetime | None = parse_time(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise bad_request(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse')
    return found


def _count(request: Request, name: str, pod: Object, least: int) -> int | None:
    text = request.query.get(name, "")
    if not text:
        return None
    value = whole_number(text)
    if value is None:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if value < least:
        bound = "greater than 0" if least else "greater than or equal to 0"
        raise invalid("PodLogOptions", "", name_of(pod), name, f"Invalid value: {value}: must be {bound}")
    return value


def _container(pod: Object, wanted: str) -> str:
    names = [each["name"] for each in dig(pod, "spec", "containers", default=[])]
    init = [each["name"] for each in dig(pod, "spec", "initContainers", default=[])]
    if wanted:
        if wanted not in (*names, *init):
            raise bad_request(f"container {wanted} is not valid for pod {name_of(pod)}")
        return wanted
    if len(names) == 1:
        return str(names[0])
    message = f"a container name must be specified for pod {name_of(pod)}, choose one of: [{' '.join(names)}]"
    if init:
        message += f" or one of the init containers: [{' '.join(init)}]"
    raise bad_request(message)


def _require_reachable(state: ClusterState, pod: Object) -> None:
    node = state.store.get("/nodes", "", dig(pod, "spec", "nodeName", default=""))
    if node is None:
        return
    ready: Object = next(
        (each for each in dig(node, "status", "conditions", default=[]) if each["type"] == "Ready"), {}
    )
    if ready.get("status") == "Unknown":
        address = dig(pod, "status", "hostIP", default=dig(node, "status", "addresses", 0, "address"))
        raise ApiError(
            500,
            f'Get "https://{address}:10250/containerLogs/{namespace_of(pod)}/{name_of(pod)}": '
            f"dial tcp {address}:10250: i/o timeout",
        )


def _status(pod: Object, container: str) -> Object:
    statuses: list[Object] = [each for kind in STATUSES for each in dig(pod, "status", kind, default=[])]
    return next((each for each in statuses if each["name"] == container), {})


def _run(state: ClusterState, pod: Object, container: str, *, previous: bool) -> Run:
    status = _status(pod, container)
    current, last = status.get("state") or {}, dig(status, "lastState", "terminated")
    if previous:
        if last is None:
            raise bad_request(f'previous terminated container "{container}" in pod "{name_of(pod)}" not found')
        return _life(state, pod, container, last)
    if "running" in current or "terminated" in current:
        return _life(state, pod, container, current.get("running") or current["terminated"])
    if last is not None:
        # Between two lives the kubelet still serves the last one.
        return _life(state, pod, container, last)
    raise _waiting(pod, container, dig(current, "waiting", "reason", default="ContainerCreating"))


def _waiting(pod: Object, container: str, reason: str) -> ApiError:
    subject = f'container "{container}" in pod "{name_of(pod)}" is waiting to start'
    if not dig(pod, "spec", "nodeName"):
        return ApiError(400, f"pod {name_of(pod)} does not have a host assigned")
    if reason in PULL_FAILURES:
        return bad_request(f"{subject}: trying and failing to pull image")
    return bad_request(f"{subject}: {reason}")


def _life(state: ClusterState, pod: Object, container: str, life: Object) -> Run:
    started = parse_time(life["startedAt"])
    ended = parse_time(life["finishedAt"]) if life.get("finishedAt") else None
    return state.logs.run((namespace_of(pod), name_of(pod), container), started, ended)


def _lines(run: Run, options: Options, now: datetime) -> Iterator[Line]:
    total = run.count(now)
    first = max(total - KEPT_LINES, 0)
    if options.tail is not None:
        first = max(first, total - options.tail)
    if options.since is not None:
        first = max(first, run.first_after(options.since))
    lines = run.lines(now, first)
    since = options.since
    return lines if since is None else (line for line in lines if line.at >= since)


@dataclass
class _Writer:
    """Lines as bytes, cut where the limit of bytes is reached, over all lines that are written."""

    options: Options
    left: int | None

    def encoded(self, lines: Iterator[Line]) -> Iterator[bytes]:
        for line in lines:
            if self.left == 0:
                return
            yield self._cut(f"{self._stamp(line)}{line.text}\n".encode())

    def _stamp(self, line: Line) -> str:
        return f"{line.at.strftime('%Y-%m-%dT%H:%M:%S.%f')}000Z " if self.options.timestamps else ""

    def _cut(self, encoded: bytes) -> bytes:
        if self.left is None:
            return encoded
        encoded = encoded[: self.left]
        self.left -= len(encoded)
        return encoded


async def _follow(state: ClusterState, pod: Object, container: str, run: Run, options: Options) -> AsyncIterator[bytes]:
    writer = _Writer(options, options.limit_bytes)
    now = state.clock.now()
    for chunk in writer.encoded(_lines(run, options, now)):
        yield chunk
    written = run.count(now)
    while writer.left != 0 and _still_runs(state, pod, container, run):
        await asyncio.sleep(FOLLOW_INTERVAL)
        now = state.now()
        for chunk in writer.encoded(run.lines(now, written)):
            yield chunk
        written = max(written, run.count(now))


def _still_runs(state: ClusterState, pod: Object, container: str, run: Run) -> bool:
    current = state.store.get("/pods", namespace_of(pod), name_of(pod))
    started = dig(_status(current or {}, container), "state", "running", "startedAt")
    return bool(started) and parse_time(started) == run.started
