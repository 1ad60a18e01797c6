"""Clients that leave: what they asked for is not done, or not done further."""

from collections.abc import Callable

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, http_site, sdk_threads_at_work, tool_call, until
from tests.web.wire import connected, is_closed_by_server, posted

STREAM = "application/json, text/event-stream"


@pytest.mark.parametrize("accept", ["application/json", STREAM])
async def test_a_call_whose_client_left_is_cancelled(
    settings: Callable[..., Settings], region: Region, accept: str
) -> None:
    with http_site(settings(MCP_TRANSPORT="http")) as url:
        region.fault("hang")
        with connected(url) as leaving:
            leaving.sendall(posted(tool_call("list_clusters"), accept))
            assert await until(lambda: region.in_flight() == 1)
        assert await until(lambda: region.in_flight() == 0)
        assert await until(lambda: sdk_threads_at_work() == 0)


@pytest.mark.parametrize("accept", ["application/json", STREAM])
def test_a_body_that_did_not_come_whole_is_not_executed(
    site: str, caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    caplog.set_level("INFO")
    with connected(site) as leaving:
        leaving.sendall(posted(tool_call("get_current_time"), accept, missing=1))
    with connected(site) as staying:
        staying.sendall(posted(tool_call("list_clusters")).replace(b"Accept", b"Connection: close\r\nAccept"))
        assert is_closed_by_server(staying)
    calls = [record.getMessage() for record in caplog.records if record.name == "ack_mcp_server.calls"]
    assert [line.split(" ")[1] for line in calls] == ["tool=list_clusters"]
