"""Faults on demand, and a server that stops and comes back on the same port."""

import time

import pytest

from tests.sandbox.kube.conftest import Cluster


@pytest.mark.parametrize("code", [401, 403, 429, 500, 503])
def test_a_fault_answers_with_its_code_once(scratch: Cluster, code: int) -> None:
    scratch.server.faults.answer("/api/v1/pods", code)
    assert [scratch.api.get("/api/v1/pods").status for _ in range(2)] == [code, 200]


def test_too_many_requests_says_when_to_come_back(scratch: Cluster) -> None:
    scratch.server.faults.answer("/api", 429, retry_after=3)
    answer = scratch.api.get("/api/v1/pods")
    assert answer.headers["retry-after"] == "3" and answer.json["details"] == {"retryAfterSeconds": 3}


def test_a_fault_spares_other_paths(scratch: Cluster) -> None:
    scratch.server.faults.answer("/api/v1/nodes", 500)
    assert scratch.api.get("/api/v1/pods").status == 200


def test_a_reset_cuts_the_connection(scratch: Cluster) -> None:
    scratch.server.faults.reset("/api/v1/pods")
    with pytest.raises(OSError):
        scratch.api.get("/api/v1/pods")
    assert scratch.api.get("/api/v1/pods").status == 200


def test_a_slow_answer_is_late(scratch: Cluster) -> None:
    scratch.server.faults.slow("/version", 0.3)
    begun = time.monotonic()
    assert scratch.api.get("/version").status == 200 and time.monotonic() - begun >= 0.3


def test_a_hanging_request_never_answers(scratch: Cluster) -> None:
    scratch.server.faults.hang("/version")
    connection = scratch.api.connect()
    connection.timeout = 0.3
    scratch.api.send(connection, "GET", "/version", None, {})
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()


def test_a_restart_keeps_port_tokens_and_objects(scratch: Cluster) -> None:
    before = scratch.api.names("/api/v1/pods")
    scratch.thread.run(scratch.server.stop())
    with pytest.raises(OSError):
        scratch.api.get("/version")
    scratch.thread.run(scratch.server.start())
    assert scratch.api.names("/api/v1/pods") == before


def test_a_stop_ends_open_watches(scratch: Cluster) -> None:
    with scratch.api.lines("/api/v1/pods?watch=true") as line:
        line()
        scratch.thread.run(scratch.server.stop())
        with pytest.raises(OSError):
            while line():
                pass
            raise ConnectionResetError
    assert scratch.server.state.store.watchers == 0
