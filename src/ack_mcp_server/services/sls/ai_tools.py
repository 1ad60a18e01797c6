"""SLS's own AI, asked only where the operator lets it: it writes queries, and nothing of what it says is run."""

import re
import time
from collections.abc import Mapping
from typing import Any

from ack_mcp_server.answers.clean import clean_text
from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.services.cloud import PlainText
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import Reach

CENTRE = "cn-shanghai"  # the region that answers for all
TIMEOUT_S = 60  # it thinks longer than other calls take
_SEPARATOR = "------answer------\n"
_FENCE = re.compile(r"```(?:\w+\n)?(.*?)```", re.DOTALL)
_LONGEST = 8000


async def ask(reach: Reach, tool: str, region: str, params: Mapping[str, str]) -> str:
    """What follows the mark of the answer, without a fence around it. `tool` is text_to_sql, text_to_promql or
    diagnosis_sql; `params` hold its question as `sys.query`. Raises AckError."""
    request = Request(service="sls", action="CallAiTools", subject="SLS's AI", region=CENTRE, listed_by="")

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_sls20201230.models import CallAiToolsRequest

        asked = CallAiToolsRequest(tool_name=tool, region_id=region, params=dict(params))
        return client.call_ai_tools_with_options(asked, {}, runtime)

    deadline = time.monotonic() + TIMEOUT_S
    # Sent once: Alibaba Cloud may bill each question.
    answered = (await reach.account.change(request, call, PlainText, deadline=deadline)).text
    text = clean_text(answered.rpartition(_SEPARATOR)[2]).strip()
    if not text:
        raise UnexpectedAnswer("SLS's AI answered nothing", next_step="Write the query by the fields and rules given.")
    fenced = _FENCE.search(text)
    return (fenced[1] if fenced else text).strip()[:_LONGEST]
