"""What we change of the framework, or read of its private parts: a new release must not undo it silently."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastmcp import Client
from fastmcp.dependencies import CurrentContext, Depends
from fastmcp.exceptions import ToolError
from mcp.server import request_state
from mcp.types import InputRequiredResult

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.app import build_app
from ack_mcp_server.middleware.listing import Listing
from ack_mcp_server.settings import Settings
from ack_mcp_server.tools.registration import Prepared
from tests import asking_tool
from tests.asking_tool import YES, by_hand, saying
from tests.conftest import http_site, made_settings, tool_call
from tests.web.test_exchange import ENVELOPE, HEADERS, with_params


def test_a_call_of_the_later_era_makes_no_list_of_tools(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[object] = []
    monkeypatch.setattr(Listing, "on_list_tools", lambda _self, context, _call_next: listed.append(context))
    message = with_params(tool_call("list_clusters", page_size=5), _meta=ENVELOPE)
    headers = {**HEADERS, "Mcp-Name": "list_clusters", "Accept": "application/json, text/event-stream"}
    with http_site(settings(MCP_TRANSPORT="http")) as url:
        for more in ({}, {"Mcp-Param-Unknown": "1"}):  # our way, and the framework's
            answer = httpx.post(f"{url}/mcp", json=message, headers={**headers, **more}, trust_env=False, timeout=20)
            assert "clusters" in json.dumps(answer.json()["result"])
    assert listed == []


async def test_a_tool_cannot_be_called_past_its_admission() -> None:
    app = build_app(made_settings())
    with pytest.raises(ToolError):
        await app.call_tool("get_current_time", {})


async def test_an_answer_that_is_late_is_not_refused_by_the_framework_but_asked_for_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [datetime.now(UTC)]
    with asking_tool.offered():
        app = build_app(made_settings(), lambda: now[0])
    async with Client(app, elicitation_handler=saying(YES)) as client:
        asked = await by_hand(client.session)
        now[0] += timedelta(hours=2)
        monkeypatch.setattr(request_state, "time", SimpleNamespace(time=lambda: now[0].timestamp()))
        assert isinstance(await by_hand(client.session, asked.request_state), InputRequiredResult)


async def reads_context(context: Any = Depends(lambda inner=CurrentContext(): inner)) -> Answer:
    return context  # type: ignore[no-any-return]


def test_a_dependency_that_needs_more_than_a_call_is_refused_at_the_start() -> None:
    with pytest.raises(TypeError, match="context depends on something"):
        Prepared(reads_context)
