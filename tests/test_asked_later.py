"""The later era, step by step: a call ends with its question, and a yes is heard once, from who was asked, for that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastmcp import Client
from mcp import types

from ack_mcp_server.app import build_app
from ack_mcp_server.middleware.questions import OpenQuestions, Question
from tests import asking_tool
from tests.asking_tool import YES, World, by_hand, saying
from tests.conftest import http_site, made_settings, tool_call
from tests.web.test_exchange import MODERN

SHOWS_FORMS: dict[str, Any] = {"elicitation": {"form": {}}}
SAID_YES = {"approval": {"action": "accept", "content": {"apply": "yes"}}}


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    fresh = World()
    monkeypatch.setattr(asking_tool, "world", fresh)
    return fresh


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with asking_tool.offered(), http_site(made_settings(MCP_TRANSPORT="http")) as site:
        yield site


class Steps:
    """A client of the later era that is a program: raw messages over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, what: str = "it", /, headers: dict[str, str] | None = None, **members: Any) -> httpx.Response:
        meta = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": SHOWS_FORMS,
        }
        message = tool_call("change", what=what)
        message["params"].update(members, _meta=meta)
        era = {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "change"}
        accept = {"Accept": "application/json, text/event-stream"}
        return httpx.post(
            f"{self._url}/mcp", json=message, headers={**era, **accept, **(headers or {})}, trust_env=False
        )

    def result(self, what: str = "it", /, **members: Any) -> dict[str, Any]:
        return dict(self.send(what, **members).json()["result"])

    def ticket(self, what: str = "it", /, **members: Any) -> str:
        asked = self.result(what, **members)
        assert asked["resultType"] == "input_required"
        return str(asked["requestState"])

    def text(self, what: str = "it", /, **members: Any) -> str:
        return str(self.result(what, **members)["content"][0]["text"])


@pytest.fixture
def steps(url: str) -> Steps:
    return Steps(url)


def test_a_question_is_a_plain_json_answer(steps: Steps) -> None:
    answer = steps.send("the pod")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    asked = answer.json()["result"]
    assert asked["inputRequests"]["approval"] == {
        "method": "elicitation/create",
        "params": {
            "mode": "form",
            "message": "Change the pod, which is as it was?",
            "requestedSchema": {
                "type": "object",
                "properties": {"apply": {"type": "string", "title": "Do it?", "enum": ["no", "yes"]}},
                "required": ["apply"],
            },
        },
    }


def test_the_answer_comes_with_the_same_call(steps: Steps) -> None:
    assert steps.text(requestState=steps.ticket(), inputResponses=SAID_YES) == "accepted"


def test_an_answer_without_a_ticket_is_asked_for_anew(steps: Steps) -> None:
    steps.ticket(inputResponses=SAID_YES)


def test_a_ticket_without_an_answer_is_asked_for_anew(steps: Steps) -> None:
    steps.ticket(requestState=steps.ticket())


@pytest.mark.parametrize(
    "answers",
    [
        {"approval": {"roots": []}},
        {"other": SAID_YES["approval"]},
        {},
    ],
    ids=["of another kind", "by another name", "none"],
)
def test_an_answer_to_something_else_is_none(steps: Steps, answers: dict[str, Any]) -> None:
    steps.ticket(requestState=steps.ticket(), inputResponses=answers)


def test_an_answer_is_good_once(steps: Steps) -> None:
    brought = {"requestState": steps.ticket(), "inputResponses": SAID_YES}
    assert steps.text(**brought) == "accepted"
    steps.ticket(**brought)


def test_no_is_good_once_too(steps: Steps) -> None:
    ticket = steps.ticket()
    assert steps.text(requestState=ticket, inputResponses={"approval": {"action": "decline"}}) == "declined"
    steps.ticket(requestState=ticket, inputResponses=SAID_YES)


def test_what_changed_since_is_asked_for_anew(steps: Steps, world: World) -> None:
    ticket = steps.ticket()
    world.state = "as it is now"
    asked = steps.result(requestState=ticket, inputResponses=SAID_YES)
    assert "which is as it is now?" in asked["inputRequests"]["approval"]["params"]["message"]


def test_what_changed_and_changed_back_is_asked_for_anew(steps: Steps, world: World) -> None:
    ticket = steps.ticket()
    world.state = "as it is now"
    steps.ticket(requestState=ticket, inputResponses=SAID_YES)
    world.state = "as it was"
    steps.ticket(requestState=ticket, inputResponses=SAID_YES)


def test_the_yes_of_another_caller_is_none(steps: Steps) -> None:
    other = {"X-Aliyun-Access-Key-Id": "LTAIother", "X-Aliyun-Access-Key-Secret": "other"}
    steps.ticket(requestState=steps.ticket(), inputResponses=SAID_YES, headers=other)


def test_the_yes_to_other_arguments_is_refused(steps: Steps) -> None:
    refused(steps.send("all", requestState=steps.ticket("one"), inputResponses=SAID_YES))


@pytest.mark.parametrize("forged", ["", "x", "v1.AAAA", "open-sesame" * 20])
def test_a_forged_ticket_is_refused(steps: Steps, forged: str) -> None:
    refused(steps.send(requestState=forged, inputResponses=SAID_YES))


def test_a_ticket_that_was_touched_is_refused(steps: Steps) -> None:
    ticket = steps.ticket()
    middle = len(ticket) // 2
    touched = ticket[:middle] + ("A" if ticket[middle] != "A" else "B") + ticket[middle + 1 :]
    refused(steps.send(requestState=touched, inputResponses=SAID_YES))


def refused(answer: httpx.Response) -> None:
    error = answer.json()["error"]
    assert (error["code"], error["data"]) == (-32602, {"reason": "invalid_request_state"})


def test_the_ticket_of_another_server_is_refused(steps: Steps) -> None:
    with asking_tool.offered(), http_site(made_settings(MCP_TRANSPORT="http")) as other:
        foreign = Steps(other).ticket()
    refused(steps.send(requestState=foreign, inputResponses=SAID_YES))


def test_a_yes_without_the_capability_is_not_looked_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = Steps(url).ticket()
    monkeypatch.setitem(globals(), "SHOWS_FORMS", {})
    assert Steps(url).text(requestState=ticket, inputResponses=SAID_YES) == "cannot-ask"


def test_the_earlier_era_takes_no_answer_with_a_call(url: str) -> None:
    message = tool_call("change", what="it")
    message["params"].update(requestState=Steps(url).ticket(), inputResponses=SAID_YES)
    answer = httpx.post(f"{url}/mcp", json=message, headers={"Accept": "application/json"}, trust_env=False)
    assert answer.json()["result"]["content"][0]["text"] == "cannot-ask"


@pytest.mark.parametrize(("minutes", "heard"), [(9.9, "accepted"), (10, "asked anew")])
async def test_a_yes_is_good_for_ten_minutes(minutes: float, heard: str) -> None:
    now = [datetime(2026, 11, 1, tzinfo=UTC)]
    with asking_tool.offered():
        app = build_app(made_settings(), lambda: now[0])
    async with Client(app, elicitation_handler=saying(YES)) as client:
        asked = await by_hand(client.session)
        assert isinstance(asked, types.InputRequiredResult)
        now[0] += timedelta(minutes=minutes)
        answered = await by_hand(client.session, asked.request_state)
    outcome = "asked anew" if isinstance(answered, types.InputRequiredResult) else answered.content[0].text
    assert outcome == heard


class TestOpenQuestions:
    NOW = datetime(2026, 11, 1, tzinfo=UTC)
    ASKED = Question("change", "digest", "caller", "state")

    def test_nothing_but_the_same_question_is_answered(self) -> None:
        others = [
            Question("scale", "digest", "caller", "state"),
            Question("change", "other", "caller", "state"),
            Question("change", "digest", "other", "state"),
            Question("change", "digest", "caller", "other"),
        ]
        questions = OpenQuestions()
        for other in others:
            assert not questions.close(questions.open(self.ASKED, self.NOW), other, self.NOW)

    def test_no_ticket_closes_nothing(self) -> None:
        questions = OpenQuestions()
        questions.open(self.ASKED, self.NOW)
        assert not questions.close(None, self.ASKED, self.NOW)

    def test_a_flood_of_questions_makes_the_oldest_ones_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ack_mcp_server.middleware.questions.MAX_OPEN", 3)
        questions = OpenQuestions()
        tickets = [questions.open(self.ASKED, self.NOW) for _ in range(5)]
        assert [questions.close(ticket, self.ASKED, self.NOW) for ticket in tickets] == [False, False, True, True, True]

    def test_what_can_no_longer_be_answered_takes_no_room(self) -> None:
        questions = OpenQuestions()
        for _ in range(5):
            questions.open(self.ASKED, self.NOW)
        questions.open(self.ASKED, self.NOW + timedelta(hours=1))
        assert len(questions._open) == 1
