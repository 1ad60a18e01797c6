"""The tool translate_text_to_promql: what the asking model needs to write a query. It translates nothing itself."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import AckError, InvalidInput
from ack_mcp_server.services.prometheus.endpoint import Endpoint
from ack_mcp_server.services.prometheus.guidance.candidates import (
    MOST,
    Candidate,
    Fitting,
    fitting_metrics,
    known_queries,
    made_queries,
)
from ack_mcp_server.services.prometheus.guidance.present import Found, looked_at, matcher_of, present_names
from ack_mcp_server.services.prometheus.guidance.question import Question, question_of
from ack_mcp_server.services.prometheus.guidance.translated import CandidateView, Translated, View
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.prometheus.promql import checked
from ack_mcp_server.services.prometheus.quoting import matcher
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls import ai_tools

_FAMILIES = 12  # beginnings of names that are told where nothing fits
_ACCOUNT = re.compile(r"[0-9]{1,32}", re.ASCII)


@dataclass(frozen=True)
class _Fits:
    metrics: Sequence[Fitting]
    queries: Sequence[Candidate]


async def translate(metrics: Metrics, reach: Reach, text: str, cluster_id: str, now: datetime) -> Translated:
    """Raises AckError."""
    question = question_of(text)
    deadline = metrics.deadline()
    endpoint = await metrics.endpoint(reach, cluster_id, deadline)
    present = await present_names(metrics, endpoint, now, deadline)
    fits = await asyncio.to_thread(_fits, question, present)
    found, notes = await _looked_at(metrics, endpoint, fits.metrics, deadline)
    by_ai, note = await _by_ai(reach, endpoint, question)
    queries = [*fits.queries, *made_queries(fits.metrics, found, fits.queries)][:MOST]
    return Translated(
        cluster_id=endpoint.cluster_id,
        question=question.text,
        candidates=tuple(CandidateView(about=each.about, expression=each.expression) for each in queries),
        metrics=tuple(_view(each, found) for each in fits.metrics),
        by_ai=by_ai,
        notes=(*notes, *note, *_notes(metrics, question, present, queries, by_ai)),
    )


def _fits(question: Question, present: frozenset[str]) -> _Fits:
    queries = known_queries(question, present)
    return _Fits(fitting_metrics(question, present, queries), queries)


async def _looked_at(
    metrics: Metrics, endpoint: Endpoint, fitting: Sequence[Fitting], deadline: float
) -> tuple[Mapping[str, Found], tuple[str, ...]]:
    """Labels are worth having and not worth failing for."""
    try:
        return await looked_at(metrics, endpoint, [each.series for each in fitting], deadline), ()
    except AckError as exc:
        return {}, (f"labels and series are not told: {exc.message}",)


def _view(fitting: Fitting, found: Mapping[str, Found]) -> View:
    """With the labels that its series have; of one that was not looked at, those of the dictionary."""
    seen = found.get(fitting.series)
    known = fitting.metric
    labels = seen.labels if seen else (*known.labels, *known.own) if known else ()
    return View(
        name=one_line(fitting.name),
        type=fitting.type,
        unit=known.unit if known else "",
        labels=tuple(one_line(label) for label in labels),
        series=seen.series if seen else 0,
        meaning=known.meaning if known else "not in the dictionary; its type is told by its name",
    )


def _notes(
    metrics: Metrics, question: Question, present: frozenset[str], queries: Sequence[Candidate], by_ai: str
) -> Iterator[str]:
    if missing := _missing(by_ai, present):
        yield f"the query of SLS's AI reads what the cluster does not have: {', '.join(missing)}"
    if within := matcher_of(metrics):
        yield f"this server needs {within} in every selector"
    elif question.namespace:
        yield f"for the namespace add {matcher('namespace', '=', question.namespace)} within the braces"
    if queries:
        return
    families = Counter(name.partition("_")[0] for name in sorted(present)).most_common(_FAMILIES)
    told = ", ".join(f"{one_line(family, 40)} {count}" for family, count in families)
    yield f"no metric fits these words; the cluster has {len(present):,}, by the beginning of their names: {told}"
    if not metrics.settings.ai_tools:
        yield "an operator can let SLS's own AI be asked, too (--ai-tools)"


def _missing(query: str, present: frozenset[str]) -> list[str]:
    return [one_line(name, 80) for name in checked(query).metrics if name not in present] if query else []


async def _by_ai(reach: Reach, endpoint: Endpoint, question: Question) -> tuple[str, tuple[str, ...]]:
    """A query that parses, and what is to be said; nothing where it is not asked."""
    if not reach.settings.ai_tools:
        return "", ()
    if not _ACCOUNT.fullmatch(endpoint.account):
        return "", ("SLS's AI was not asked: ARMS does not tell whose Prometheus this is",)
    try:
        cluster = await reach.cluster(endpoint.cluster_id)
        params = {
            "project": f"workspace-default-cms-{endpoint.account}-{cluster.region}",
            "metricstore": f"aliyun-prom-{cluster.id}",
            "sys.query": question.text,
        }
        query = one_line(await ai_tools.ask(reach, "text_to_promql", cluster.region, params))
        return checked(query).text, ()
    except InvalidInput as exc:
        return "", (f"SLS's AI gave no query that parses: {one_line(exc.message, 200)}",)
    except AckError as exc:
        return "", (f"SLS's AI gave no query: {exc.message}",)
