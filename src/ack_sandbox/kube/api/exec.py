"""exec over WebSocket: channels for input, output, errors and the final Status, in the protocols v4 and v5."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from ack_sandbox.kube.api.replies import Reply
from ack_sandbox.kube.api.requests import Request, Target
from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.shell.commands import Result
from ack_sandbox.kube.shell.inside import Inside
from ack_sandbox.kube.shell.scripts import reads_script, steps
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import bad_request, not_found

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN, STDOUT, STDERR, ERROR, CLOSE = 0, 1, 2, 3, 255
LONGEST_INPUT = 1024 * 1024
UPGRADE = "Upgrade request required"


@dataclass(frozen=True)
class Order:
    """What to run where, as the query says."""

    inside: Inside
    words: list[str]
    stdin: bool


def order(state: ClusterState, target: Target, query_string: str) -> Order | Reply:
    """Raises the ApiError of a request that cannot be run; the kubelet's own refusals are plain text."""
    query = parse_qs(query_string, keep_blank_values=True)
    pod = state.store.get("/pods", target.namespace, target.name)
    if pod is None:
        raise not_found("pods", "", target.name)
    container = _container(pod, query.get("container", [""])[0])
    words = query.get("command") or []
    if not words:
        raise bad_request("you must specify at least 1 command for the container")
    if not dig(pod, "spec", "nodeName"):
        raise bad_request(f"pod {target.name} does not have a host assigned")
    if not _is_running(pod, container["name"]):
        return Reply(f'container not found ("{container["name"]}")'.encode(), 404, "text/plain; charset=utf-8")
    stdin = query.get("stdin", [""])[0] in ("true", "1")
    return Order(Inside(state.store, pod, container, state.clock.now()), words, stdin)


def plain(state: ClusterState, request: Request, target: Target) -> Reply:
    """The same request without an upgrade that is known here, as the old streaming protocol sends it."""
    found = order(state, target, urlencode(request.query))
    if isinstance(found, Reply):
        return found
    raise bad_request(UPGRADE)


def _container(pod: Object, name: str) -> Object:
    every: list[Object] = [*(pod["spec"].get("containers") or ()), *(pod["spec"].get("initContainers") or ())]
    found = next((each for each in every if each["name"] == name), None)
    if found is not None:
        return found
    names = " ".join(each["name"] for each in pod["spec"].get("containers") or ())
    pod_name = pod["metadata"]["name"]
    if name:
        raise bad_request(f"container {name} is not valid for pod {pod_name}")
    if len(pod["spec"]["containers"]) > 1:
        raise bad_request(f"a container name must be specified for pod {pod_name}, choose one of: [{names}]")
    return every[0]


def _is_running(pod: Object, name: str) -> bool:
    kinds = ("containerStatuses", "initContainerStatuses")
    statuses = [each for kind in kinds for each in dig(pod, "status", kind, default=[])]
    return any(each["name"] == name and "running" in (each.get("state") or {}) for each in statuses)


@dataclass
class Session:
    """One connection after its upgrade."""

    receive: Receive
    send: Send
    protocol: str
    given: "asyncio.Queue[bytes | None]" = field(default_factory=asyncio.Queue)  # None is the end of the input

    async def run(self, asked: Order) -> None:
        """Run the command; a client that goes away ends it."""
        reading = asyncio.create_task(self._read())
        working = asyncio.create_task(self._work(asked))
        try:
            await asyncio.wait({reading, working}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, working):
                task.cancel()
            await asyncio.gather(reading, working, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            event = await self.receive()
            if event["type"] == "websocket.disconnect":
                return
            data: bytes = event.get("bytes") or b""
            if data[:1] == bytes([STDIN]):
                self.given.put_nowait(data[1:])
            elif data == bytes([CLOSE, STDIN]):
                self.given.put_nowait(None)

    async def _work(self, asked: Order) -> None:
        script = (await self._all()).decode(errors="replace") if asked.stdin and reads_script(asked.words) else ""
        last = Result()
        for last in steps(asked.inside, asked.words, script):
            await self._show(last, asked)
        await self._write(ERROR, json.dumps(_status(last, asked.words)).encode())
        await self.send({"type": "websocket.close", "code": 1000})

    async def _show(self, found: Result, asked: Order) -> None:
        await asyncio.sleep(found.seconds)
        await self._write(STDOUT, found.stdout.encode())
        await self._write(STDERR, found.stderr.encode())
        while found.echoes and asked.stdin and (data := await self.given.get()) is not None:
            await self._write(STDOUT, data)

    async def _all(self) -> bytes:
        whole = b""
        while (data := await self.given.get()) is not None and len(whole) < LONGEST_INPUT:
            whole += data
        return whole

    async def _write(self, channel: int, data: bytes) -> None:
        if data:
            await self.send({"type": "websocket.send", "bytes": bytes([channel]) + data})


def _status(last: Result, words: list[str]) -> Object:
    if last.missing:
        return _no_program(words[0])
    if last.code == 0:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {last.code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(last.code)}]},
    }


def _no_program(word: str) -> Object:
    """What the container runtime says of a program that the image does not have."""
    why = f'exec: "{word}": executable file not found in $PATH: unknown'
    start = f"OCI runtime exec failed: exec failed: unable to start container process: {why}"
    text = f"error executing command in container: failed to exec in container: failed to start exec: {start}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"Internal error occurred: {text}",
        "reason": "InternalError",
        "details": {"causes": [{"message": text}]},
        "code": 500,
    }


def chosen(offered: list[str]) -> str:
    """The newest protocol that both sides speak; nothing when there is none."""
    return next((each for each in PROTOCOLS if each in offered), "")
