"""CallAiTools and ListAiTools: questions in words, answered by rules from what the logstore's index says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ack_sandbox.cloud.cs.metadata import REGIONS
from ack_sandbox.cloud.wire import Answer, Json
from ack_sandbox.sls import errors
from ack_sandbox.sls.ai.diagnosis import diagnosed
from ack_sandbox.sls.ai.promql import promql_for
from ack_sandbox.sls.ai.sql import sql_for
from ack_sandbox.sls.calls import Call
from ack_sandbox.sls.encoding import answer, text_answer
from ack_sandbox.sls.rows.plans import FieldIndex

SEPARATOR = "------answer------\n"
QUESTION = "sys.query"

Index = Mapping[str, FieldIndex]


@dataclass(frozen=True)
class Tool:
    """`answer` takes the question and the index, and gives a remark and the query."""

    description: str
    fields: tuple[str, ...]
    answer: Callable[[str, Index], tuple[str, str]]


TOOLS: Mapping[str, Tool] = {
    "text_to_sql": Tool("a query for a question in words", ("project", "logstore", QUESTION), sql_for),
    "text_to_promql": Tool(
        "PromQL for a question in words", ("project", "metricstore", QUESTION), lambda words, _: promql_for(words)
    ),
    "diagnosis_sql": Tool("what is wrong with a query", ("project", "logstore", QUESTION), diagnosed),
}


def list_ai_tools(call: Call) -> Answer:
    tools: list[Json] = [
        {"name": name, "description": tool.description, "fields": [_field(field) for field in tool.fields]}
        for name, tool in TOOLS.items()
    ]
    return answer(tools, call.request_id)


def _field(name: str) -> Json:
    return {"name": name, "type": "string", "required": True, "option": [], "description": name, "example": ""}


def call_ai_tools(call: Call) -> Answer:
    body = call.body()
    tool = TOOLS.get(str(body.get("toolName")))
    if tool is None:
        raise errors.invalid_parameter("toolName", f"one of {', '.join(TOOLS)}")
    for name, region in (("regionId", body.get("regionId")), ("endpoint", call.host.region or "cn-hangzhou")):
        if region not in REGIONS:
            raise errors.invalid_parameter(name, f"region {region} does not exist")
    params = _params(body.get("params"), tool)
    remark, query = tool.answer(params[QUESTION], _index(call, params, str(body["regionId"])))
    return text_answer(f"{remark}\n{SEPARATOR}{query}", call.request_id)


def _params(given: object, tool: Tool) -> dict[str, str]:
    params = given if isinstance(given, dict) else {}
    for name in tool.fields:
        if not isinstance(params.get(name), str) or not params[name]:
            raise errors.invalid_parameter(f"params.{name}", "text is required")
    return params


def _index(call: Call, params: Mapping[str, str], region: str) -> Index:
    """Of the logstore that the question is about, which must be in `region` and of the same account."""
    if "logstore" not in params:
        return {}
    owned = call.stores.owned(params["project"])
    if owned is None or owned.account != call.key.account or owned.project.region != region:
        raise errors.project_not_exist(params["project"])
    plans = call.stores.logstores(owned.project.name)
    found = next((plan for plan in plans if plan.name == params["logstore"]), None)
    if found is None:
        raise errors.logstore_not_exist(params["logstore"])
    return found.index
