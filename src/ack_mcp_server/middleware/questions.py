"""Puts a tool's question to the person behind the client, in the way of the protocol's era.

In the earlier era it is a request to the client. In the later a server cannot send one: the call ends with the
question, and the client calls again with the answer.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.shared.message import ServerMessageMetadata
from mcp.types import (
    REQUEST_TIMEOUT,
    CallToolRequestParams,
    ClientCapabilities,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from ack_mcp_server import record, request
from ack_mcp_server.asking import Unanswered, Verdict

ELICITATION_TIMEOUT_S = 300  # for an answer to a request
ANSWER_WITHIN = timedelta(minutes=10)  # for the call that brings the answer
# The framework seals tickets to a tool and its arguments, and refuses others. Longer, so that late answers come to us.
SEALED_S = 24 * 3600
MAX_OPEN = 10_000  # questions, about 500 bytes each

_NAME = "approval"  # of the one question among those that a call could end with
_YES = {"apply": "yes"}
# A choice and no tick box: what is not ticked looks like what was not read. The first one is what is preselected.
_SCHEMA = {
    "type": "object",
    "properties": {"apply": {"type": "string", "title": "Do it?", "enum": ["no", "yes"]}},
    "required": ["apply"],
}


@dataclass(frozen=True)
class Question:
    """What an answer is good for."""

    tool: str
    arguments: str
    caller: str
    state: str


class OpenQuestions:
    """Asked in this process and not yet answered. What is forgotten here is asked again, never taken as answered."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[Question, datetime]] = {}

    def open(self, question: Question, now: datetime) -> str:
        """The ticket that must come back with the answer."""
        self._forget(now)
        ticket = secrets.token_urlsafe(16)
        self._open[ticket] = (question, now + ANSWER_WITHIN)
        return ticket

    def close(self, ticket: str | None, question: Question, now: datetime) -> bool:
        """Whether this was the question and is still open. No ticket is good for a second look."""
        asked, until = self._open.pop(ticket or "", (None, now))
        return asked == question and now < until

    def _forget(self, now: datetime) -> None:
        for ticket, (_, until) in list(self._open.items()):
            # They are in the order of their time.
            if now < until and len(self._open) < MAX_OPEN:
                return
            del self._open[ticket]


@dataclass(frozen=True)
class Asker:
    """The `Ask` of one call."""

    context: ServerRequestContext[Any, Any]
    params: CallToolRequestParams
    questions: OpenQuestions

    async def __call__(self, message: str, state: str) -> Verdict:
        session = self.context.session
        if not shows_forms(session.client_capabilities):
            return Verdict.CANNOT_ASK
        if session.protocol_version in MODERN_PROTOCOL_VERSIONS:
            return self._brought(message, state)
        if not session.can_send_request:
            return Verdict.CANNOT_ASK
        return await self._requested(message)

    def _brought(self, message: str, state: str) -> Verdict:
        """The answer that came with the call. Raises Unanswered where none came for this question."""
        asked = request.current.get()
        caller = asked.reach.account.identity.fingerprint
        question = Question(self.params.name, _digest(self.params.arguments), caller, state)
        now = asked.runtime.now()
        is_asked = self.questions.close(self.params.request_state, question, now)
        answer = (self.params.input_responses or {}).get(_NAME)
        if is_asked and isinstance(answer, ElicitResult):
            return _verdict(answer)
        raise Unanswered(message, self.questions.open(question, now))

    async def _requested(self, message: str) -> Verdict:
        """The SDK tells the client when its answer is no longer waited for."""
        try:
            answer = await self.context.session.send_request(
                _elicitation(message),
                ElicitResult,
                request_read_timeout_seconds=ELICITATION_TIMEOUT_S,
                metadata=ServerMessageMetadata(related_request_id=self.context.request_id),
            )
        except (MCPError, ValidationError) as exc:
            in_time = not (isinstance(exc, MCPError) and exc.code == REQUEST_TIMEOUT)
            record.current().decision = "declined" if in_time else "no-answer-in-time"
            return Verdict.DECLINED
        return _verdict(answer)


def shows_forms(client: ClientCapabilities | None) -> bool:
    """A client that names no mode has forms, which came before there were others."""
    asks = client.elicitation if client else None
    return asks is not None and (asks.form is not None or asks.url is None)


def question_result(unanswered: Unanswered) -> InputRequiredResult:
    record.current().outcome = "asked"
    record.current().decision = "ask"
    return InputRequiredResult(
        input_requests={_NAME: _elicitation(unanswered.message)}, request_state=unanswered.ticket
    )


def _elicitation(message: str) -> ElicitRequest:
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=_SCHEMA))


def _verdict(answer: ElicitResult) -> Verdict:
    is_yes = answer.action == "accept" and answer.content == _YES
    verdict = Verdict.ACCEPTED if is_yes else Verdict.DECLINED
    record.current().decision = verdict
    return verdict


def _digest(arguments: Mapping[str, Any] | None) -> str:
    return hashlib.sha256(json.dumps(arguments or {}, sort_keys=True).encode()).hexdigest()
