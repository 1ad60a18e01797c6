"""Why a query failed, by its own words, the index of its logstore and the service's message; and the query mended where
that is certain."""

import asyncio
from dataclasses import dataclass

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.errors import AckError, InvalidInput
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls import ai_tools
from ack_mcp_server.services.sls.logstore_index import Index, index_of
from ack_mcp_server.services.sls.sql_advice import advice
from ack_mcp_server.services.sls.sql_findings import Finding, corrected, findings
from ack_mcp_server.services.sls.sql_guard import guarded
from ack_mcp_server.services.sls.sql_query import prepared
from ack_mcp_server.services.sls.sql_statement import statement
from ack_mcp_server.services.sls.sql_target import Target, target
from ack_mcp_server.services.sls.sql_text import search_part, written
from ack_mcp_server.services.sls.wire import Query, Window

_LONGEST_ERROR = 2000
_NOTHING = "nothing is wrong with it that its words, the index or the message would show"


class Diagnosis(Answer):
    headline: str
    findings: tuple[str, ...]
    corrected: str = Field("", description="The query mended, where that is certain.")
    by_ai: str = Field("", description="What SLS's own AI would run, checked.")
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        lines = [f"- {each}" for each in self.findings]
        lines += ["corrected, as far as it is certain:", f"  {self.corrected}"] if self.corrected else []
        lines += ["by SLS's AI:", f"  {self.by_ai}"] if self.by_ai else []
        return composed("\n".join(lines), source="query diagnosis", above=(self.headline,), below=self.notes)


@dataclass(frozen=True)
class _Judged:
    says: tuple[str, ...]
    corrected: str = ""

    @property
    def is_well(self) -> bool:
        return not self.says


async def diagnose(reach: Reach, query: str, error_message: str, cluster_id: str, logstore: str) -> Diagnosis:
    """Raises AckError."""
    deadline = reach.account.edge.deadline()
    found = await target(reach, cluster_id, "", logstore, deadline)
    guarded(found.where, reach.settings, search_part("*"))  # whether it may be looked at at all
    index = await index_of(reach, found.where, deadline)
    error = one_line(redact_text(error_message[:_LONGEST_ERROR]))
    judged = await asyncio.to_thread(_judged, reach, found, query, error, index)
    by_ai, note = await _by_ai(reach, found, query, error, index)
    missing = ("the logstore has no index, so nothing in it can be searched",) if index is None else ()
    says = (*missing, *judged.says) or (_NOTHING,)
    number = "no finding" if says == (_NOTHING,) else f"{len(says)} finding{'s' * (len(says) > 1)}"
    return Diagnosis(
        headline=f"{number} for logstore {found.where.told}",
        findings=says,
        corrected=judged.corrected,
        by_ai=by_ai,
        notes=(note,) if note else (),
    )


def _judged(reach: Reach, found: Target, query: str, error: str, index: Index | None) -> _Judged:
    """A correction counts only where the corrected query would be sent."""
    try:
        asked = written(query)
        part = search_part(asked.search)
        sql = statement(asked.sql) if asked.sql else None
    except InvalidInput as exc:
        said = [each.says for each in findings(None, None, index, error)]
        return _Judged((exc.message, *said))
    tree = sql.tree if sql else None
    wrong = (*_bare(asked.bare), *findings(part, tree, index, error))
    hints = [each for each in (advice(asked.sql, tree) if tree else ()) if not each.startswith("start_time")]
    says = [each.says for each in wrong]
    says += [hint for hint in hints if not any(hint[:20] in said for said in says)]
    mended = corrected(asked, wrong)
    return _Judged(tuple(says), mended if mended and _runs(reach, found, mended) else "")


def _bare(is_bare: bool) -> tuple[Finding, ...]:
    return (Finding("SQL goes behind a search and a pipe: * | select …"),) if is_bare else ()


def _runs(reach: Reach, found: Target, query: str) -> bool:
    try:
        prepared(query, Query(where=found.where, text="", window=Window(since=0, until=1)), reach.settings)
    except AckError:
        return False
    return True


async def _by_ai(reach: Reach, found: Target, query: str, error: str, index: Index | None) -> tuple[str, str]:
    if not reach.settings.ai_tools:
        return "", ""
    params = {
        "project": found.where.project,
        "logstore": found.where.name,
        "sys.query": f"query: {query}\nerror: {error}",
        "external_knowledge_uri": "",
        "external_knowledge_key": "",
    }
    try:
        answered = await ai_tools.ask(reach, "diagnosis_sql", found.where.region, params)
    except AckError as exc:
        return "", f"SLS's AI gave no diagnosis: {exc.message}"
    if answered.split() == query.split():
        return "", "SLS's AI would change nothing"
    judged = await asyncio.to_thread(_judged, reach, found, answered, "", index)
    return (answered, "") if judged.is_well else ("", f"SLS's AI gave a query that would not run: {judged.says[0]}")
