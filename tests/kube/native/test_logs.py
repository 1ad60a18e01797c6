"""What `logs` reads and keeps; what it prints is compared with kubectl's in the differential test."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.answers.log_tail import LogTail
from ack_mcp_server.answers.logs import log_text
from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.native.logs.block import KeptTail, LogBlock, LogStream
from ack_mcp_server.kube.native.logs.run import KEPT_BYTES, logs
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError
from ack_mcp_server.kube.parse import parse
from tests.kube.native.answering import Answer, answering, asking, listed, run

PODS = "/api/v1/namespaces/default/pods"


def pod(name: str = "web-0", *containers: str, **more: Any) -> dict[str, Any]:
    """`more` is of the spec, but for the annotations."""
    metadata = {"name": name, "namespace": "default", "annotations": more.pop("annotations", {})}
    return {"metadata": metadata, "spec": {"containers": [{"name": each} for each in containers or ("app",)], **more}}


def said(*texts: str, **by_container: str) -> Answer:
    """A log; with stamps of one second each where they are asked for."""

    async def answer(request: web.Request) -> web.Response:
        lines = by_container.get(request.query["container"], "".join(texts)).splitlines()
        stamps = [f"2026-11-21T07:00:0{line.rpartition(' ')[2]}.000000000Z " for line in lines]
        asked = request.query.get("timestamps") == "true"
        return web.Response(
            text="".join(f"{stamp if asked else ''}{line}\n" for stamp, line in zip(stamps, lines, strict=True))
        )

    return answer


async def refused(_request: web.Request) -> web.Response:
    status = {"kind": "Status", "reason": "BadRequest", "message": "it is waiting to start"}
    return web.json_response(status, status=400)


def block_of(printed: Printed) -> LogBlock:
    (block,) = printed.blocks
    assert isinstance(block, LogBlock)
    return block


@given(st.lists(st.binary(max_size=40)), st.integers(1, 60))
def test_what_is_kept_is_the_end_of_the_log(chunks: list[bytes], limit: int) -> None:
    kept = KeptTail(limit)
    for chunk in chunks:
        kept.feed(chunk)
    whole = b"".join(chunks)
    assert whole.endswith(kept.kept())
    assert (kept.bytes, kept.lines) == (len(whole), whole.count(b"\n"))
    assert kept.cut or kept.kept() == whole


async def test_of_a_huge_log_some_megabytes_are_kept_and_the_rest_is_counted() -> None:
    line, lines = b"x" * 1023 + b"\n", 24 * 1024

    async def huge(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(lines // 512):
            await answer.write(line * 512)
        return answer

    printed = await run(logs, {f"{PODS}/web-0": pod(), f"{PODS}/web-0/log": huge}, "logs web-0")
    (stream,) = block_of(printed).streams
    assert isinstance(stream.reader, KeptTail)
    assert (stream.reader.lines, stream.reader.cut) == (lines, True)
    assert KEPT_BYTES <= len(printed.stdout) + len(line) <= KEPT_BYTES * 1.1


async def test_several_containers_are_printed_in_their_order_without_the_stamps_they_came_with() -> None:
    log = said(app="one 1\nthree 3\n", proxy="two 2\n")
    answers: dict[str, Answer] = {f"{PODS}/web-0": pod("web-0", "app", "proxy"), f"{PODS}/web-0/log": log}
    printed = await run(logs, answers, "logs web-0 --all-containers --prefix")
    assert printed.stdout == ("[pod/web-0/app] one 1\n[pod/web-0/app] three 3\n[pod/web-0/proxy] two 2\n")


async def test_a_reader_gets_several_logs_with_the_stamps_that_merge_them() -> None:
    log = said(app="one 1\nthree 3\n", proxy="two 2\n")
    answers: dict[str, Answer] = {f"{PODS}/web-0": pod("web-0", "app", "proxy"), f"{PODS}/web-0/log": log}
    room = Room(4000)
    printed = await run(
        logs, answers, "logs web-0 --all-containers", log_reader=lambda stamped: LogTail(room, stamped=stamped)
    )
    merged = log_text(block_of(printed).tails, room)
    assert merged.text == "web-0/app: one 1\nweb-0/proxy: two 2\nweb-0/app: three 3"


async def test_a_reader_that_wants_no_more_ends_the_reading() -> None:
    sent = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"2026-11-21T07:00:01.000000000Z line\n" * 1000)
        except ConnectionError:
            sent.set()
        return answer

    room = Room(4000, start="t1")  # what comes after 1970 is not wanted
    async with answering({f"{PODS}/web-0": pod(), f"{PODS}/web-0/log": endless}) as address:
        reader = lambda stamped: LogTail(room, stamped=stamped)  # noqa: E731
        async with asking(address, "logs web-0 --timestamps", log_reader=reader) as asked:
            await logs(asked)
        await asyncio.wait_for(sent.wait(), 15)


@pytest.mark.slow
async def test_when_time_is_up_what_came_is_kept() -> None:
    async def stuck(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"so far\n")
        await asyncio.sleep(60)
        return answer

    until = asyncio.get_running_loop().time() + 1
    printed = await run(logs, {f"{PODS}/web-0": pod(), f"{PODS}/web-0/log": stuck}, "logs web-0", until=until)
    assert printed.stdout == "so far\n"
    assert printed.ended.startswith("stopped after")


async def test_a_refused_log_ends_the_command_after_those_before_it() -> None:
    answers: dict[str, Answer] = {
        PODS: listed(pod("a"), pod("b"), pod("c")),
        f"{PODS}/a/log": said("first 1\n"),
        f"{PODS}/b/log": refused,
        f"{PODS}/c/log": said("third 3\n"),
    }
    printed = await run(logs, answers, "logs -l app=web")
    assert (printed.stdout, printed.exit_code) == ("first 1\n", 1)
    assert printed.stderr == "Error from server (BadRequest): it is waiting to start\n"


async def test_a_refused_log_is_told_in_its_place_where_errors_are_ignored() -> None:
    answers: dict[str, Answer] = {
        PODS: listed(pod("a"), pod("b")),
        f"{PODS}/a/log": refused,
        f"{PODS}/b/log": said("second 2\n"),
    }
    printed = await run(logs, answers, "logs -l app=web --ignore-errors --prefix")
    assert (printed.stdout, printed.exit_code) == ("error: it is waiting to start\n[pod/b/app] second 2\n", 0)


@pytest.mark.parametrize(
    ("found", "stderr", "used"),
    [
        (pod("web-0", "app"), "", "app"),
        (
            pod("web-0", "app", "proxy", initContainers=[{"name": "setup"}], ephemeralContainers=[{"name": "shell"}]),
            'Defaulted container "app" out of: app, proxy, shell (ephem), setup (init)\n',
            "app",
        ),
        (
            pod("web-0", "app", "proxy", annotations={"kubectl.kubernetes.io/default-container": "proxy"}),
            "",
            "proxy",
        ),
        (
            pod("web-0", "app", annotations={"kubectl.kubernetes.io/default-container": "gone"}),
            'Default container name "gone" not found in pod web-0\n',
            "app",
        ),
    ],
)
async def test_which_container_is_chosen(found: dict[str, Any], stderr: str, used: str) -> None:
    answers: dict[str, Answer] = {f"{PODS}/web-0": found, f"{PODS}/web-0/log": said(app="app 1\n", proxy="proxy 1\n")}
    printed = await run(logs, answers, "logs web-0")
    assert (printed.stdout, printed.stderr) == (f"{used} 1\n", stderr)


async def test_a_service_without_a_selector_has_no_logs() -> None:
    kinds = {"resource": "services", "responseKind": {"kind": "Service"}, "scope": "Namespaced", "verbs": ["get"]}
    core = {"metadata": {"name": ""}, "versions": [{"version": "v1", "resources": [kinds]}]}
    answers: dict[str, Answer] = {
        "/api": {"kind": "APIGroupDiscoveryList", "items": [core]},
        "/api/v1/namespaces/default/services/api": {"metadata": {"name": "api"}, "spec": {}},
    }
    with pytest.raises(UsageError, match="invalid service 'api': Service is defined without a selector"):
        await run(logs, answers, "logs services/api")


@pytest.mark.parametrize("command", ["logs web-0 -f", "logs web-0 --tail=few", "logs web-0 --since=yesterday"])
async def test_following_and_odd_values_are_left_to_kubectl(command: str) -> None:
    with pytest.raises(NotUnderstood):
        await run(logs, {}, command)


async def test_grep_with_follow_is_refused_with_the_way_that_works() -> None:
    with pytest.raises(InvalidInput) as refused:
        await run(logs, {}, "logs web-0 -f --grep=error")
    assert "--since" in refused.value.next_step


async def test_what_is_looked_for_is_passed_on_and_not_to_kubectl() -> None:
    command = "logs web-0 --grep='connection refused'"
    printed = await run(logs, {f"{PODS}/web-0": pod(), f"{PODS}/web-0/log": said("one 1\n")}, command)
    assert block_of(printed).grep == "connection refused"
    assert parse(command).argv == ["logs", "web-0"]


def test_a_message_of_the_kubelet_has_no_stamp_to_lose() -> None:
    kept = KeptTail(1000)
    kept.feed(b"2026-11-21T07:00:01.5+08:00 2026-11-21T07:00:01Z its own\nunable to retrieve container logs")
    stream = LogStream("web-0/app", kept, stamped=True)
    printed = stream.printed(timestamps=False, prefixed=False)
    assert printed == "2026-11-21T07:00:01Z its own\nunable to retrieve container logs"
    assert datetime.fromisoformat(printed.split()[0]) == datetime(2026, 11, 21, 7, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("command", ["logs ..", "logs .", "logs a%2fb", "logs web-0 -n ..", "logs pod/.."])
async def test_a_name_that_would_lead_to_another_path_is_not_asked_for(command: str) -> None:
    core = {"resource": "pods", "responseKind": {"kind": "Pod"}, "scope": "Namespaced", "verbs": ["get"]}
    kinds = {"kind": "APIGroupDiscoveryList"}
    group = {"metadata": {"name": ""}, "versions": [{"version": "v1", "resources": [core]}]}
    with pytest.raises(NotUnderstood):
        await run(logs, {"/api": {**kinds, "items": [group]}}, command)


@pytest.mark.parametrize("namespace", ["default", "shop"])
async def test_what_is_not_found_is_told_with_its_namespace(namespace: str) -> None:
    path = f"/api/v1/namespaces/{namespace}/pods/web-0"
    with pytest.raises(UsageError) as refused:
        await run(logs, {"/api/v1/namespaces/shop": {"kind": "Namespace"}}, f"logs web-0 -n {namespace}")
    assert refused.value.line == f'error: error from server (NotFound): {path} not found in namespace "{namespace}"'


async def test_a_namespace_that_is_not_there_is_named_instead_of_what_it_would_hold() -> None:
    with pytest.raises(UsageError) as refused:
        await run(logs, {}, "logs web-0 -n shop")
    told = '/api/v1/namespaces/shop not found in namespace "shop"'
    assert refused.value.line == f"error: error from server (NotFound): {told}"
