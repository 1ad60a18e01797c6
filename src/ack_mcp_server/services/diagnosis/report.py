"""A diagnosis as an answer: what it found, the gravest first, and how to get the rest of it."""

from dataclasses import dataclass

from pydantic import Field

from ack_mcp_server import toolsets
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.services.diagnosis.kinds import title
from ack_mcp_server.services.diagnosis.reading import Result
from ack_mcp_server.services.diagnosis.wire import DONE, DiagnosisState
from ack_mcp_server.services.findings import Finding, Shown, counted, fitting, grouped, short
from ack_mcp_server.settings import Settings

RESULT_TOOL = "get_cluster_diagnosis_result"
_LONGEST_SUBJECT = 200
_PROGRESS = {0: "created", 1: "running", DONE: "done"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which diagnosis, and how much of it."""

    settings: Settings
    cluster_id: str = ""
    diagnosis_id: str = ""
    details: bool = False
    max_bytes: int = 0
    token: str = ""

    def room(self) -> Room:
        """Raises InvalidInput."""
        call = ("diagnosis", self.cluster_id, self.diagnosis_id, str(self.details))
        budget, ceiling = self.settings.output_budget, self.settings.output_ceiling
        return Room.of(self.max_bytes, self.token, budget=budget, ceiling=ceiling, call=call)

    def going_on(self, **more: str) -> str:
        """The call that tells of this diagnosis; where it is not offered here, that too."""
        words = {"diagnosis_id": self.diagnosis_id, "cluster_id": self.cluster_id, **more}
        quoted = ", ".join(f"{name}={value if value == 'true' else _quoted(value)}" for name, value in words.items())
        is_off = toolsets.owner(RESULT_TOOL) not in toolsets.chosen(self.settings)
        return f"{RESULT_TOOL}({quoted}){' (an operator turns on the toolset diagnose)' * is_off}"


class DiagnosisReport(Answer):
    cluster_id: str
    diagnosis_id: str
    subject: str = Field(description="What is diagnosed, such as pod shop/web-0.")
    status: int = Field(description="0 created, 1 running, 2 done.")
    created: str = ""
    finished: str = ""
    summary: str = ""
    findings: tuple[Finding, ...] = Field((), description="The gravest first.")
    passed: int = Field(0, description="Checks that found nothing.")
    not_understood: int = Field(0, description="Parts of the result that are no check known here.")
    notes: tuple[str, ...] = ()
    next: str = Field("", description="What `continue` takes for more.")

    def text(self) -> str:
        source = "diagnosis" if self.findings else ""
        return composed(grouped(self.findings), source=source, above=(self._headline(),), below=self.notes)

    def _headline(self) -> str:
        about = f"diagnosis {self.diagnosis_id} of {self.subject} in cluster {self.cluster_id}"
        if self.status != DONE:
            return f"{about}: {_PROGRESS.get(self.status, 'not done')}{f', since {self.created}' * bool(self.created)}"
        return f"{about}: {self.summary}{f'; finished {self.finished}' * bool(self.finished)}"


def begun(asked: Asked, subject: str, notes: tuple[str, ...] = ()) -> DiagnosisReport:
    """One that is created, of which no more is known."""
    return DiagnosisReport(
        cluster_id=asked.cluster_id, diagnosis_id=asked.diagnosis_id, subject=subject, status=0, notes=notes
    )


def unfinished(asked: Asked, state: DiagnosisState, notes: tuple[str, ...]) -> DiagnosisReport:
    report = begun(asked, subject_of(state), notes)
    return report.model_copy(update={"status": state.status, "created": state.created})


def finished(asked: Asked, state: DiagnosisState, result: Result, room: Room) -> DiagnosisReport:
    """What was not understood is shown where details are asked for, or where nothing else is there to show. Raises
    InvalidInput for a room that continues something else."""
    shows_parts = asked.details or not result.has_checks
    found = [*result.troubles, *(result.passed if asked.details else ()), *(result.parts if shows_parts else ())]
    shown = fitting(found, room)
    report = begun(asked, subject_of(state))
    return report.model_copy(
        update={
            "status": state.status,
            "created": state.created,
            "finished": state.finished,
            "summary": _summary(result),
            "findings": shown.findings,
            "passed": len(result.passed),
            "not_understood": len(result.parts),
            "notes": (*_hidden(asked, result, shows_parts), *_rest(asked, shown)),
            "next": shown.token,
        }
    )


def subject_of(state: DiagnosisState) -> str:
    return short(title(state.type, state.target), _LONGEST_SUBJECT) or "something"


def _summary(result: Result) -> str:
    passed = len(result.passed)
    if not result.has_checks:
        return "its result holds no check that is known here" if result.parts else "it told no result"
    return f"{counted(result.troubles)}, {passed} check{'s' * (passed != 1)} passed"


def _hidden(asked: Asked, result: Result, shows_parts: bool) -> tuple[str, ...]:
    if not result.parts or shows_parts:
        return ()
    count = len(result.parts)
    parts = f"{count} parts of the result were" if count > 1 else "1 part of the result was"
    return (f"{parts} not understood; {asked.going_on(details='true')} shows all",)


def _rest(asked: Asked, shown: Shown) -> tuple[str, ...]:
    if not shown.token:
        return ()
    details = {"details": "true"} if asked.details else {}
    last = shown.first + len(shown.findings) - 1
    going_on = asked.going_on(**details, **{"continue": shown.token})
    return (f"{shown.first}-{last} of {shown.total} shown. Next: {going_on}",)


def _quoted(value: str) -> str:
    return f'"{value}"'
