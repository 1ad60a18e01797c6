"""Diagnoses of the cloud's: begun, waited for, and told."""

import asyncio
from dataclasses import replace

from ack_mcp_server import identifiers
from ack_mcp_server.errors import (
    AckError,
    DeadlineExceeded,
    DiagnosisFailed,
    NotFound,
    Unavailable,
    UnexpectedAnswer,
)
from ack_mcp_server.progress import Progress
from ack_mcp_server.services.diagnosis import reading, wire
from ack_mcp_server.services.diagnosis.kinds import Subject, check_allowed
from ack_mcp_server.services.diagnosis.reading import Result
from ack_mcp_server.services.diagnosis.report import Asked, DiagnosisReport, begun, finished, subject_of, unfinished
from ack_mcp_server.services.diagnosis.wire import DiagnosisState
from ack_mcp_server.services.findings import short
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.waiting import Wait, Waited, wait_until

_LONGEST_MESSAGE = 1000


async def diagnose(
    reach: Reach, cluster_id: str, subject: Subject, progress: Progress, max_bytes: int = 0
) -> DiagnosisReport:
    """Begins one and waits for it; at the deadline it is told as unfinished. Raises AckError; DiagnosisFailed for one
    that ended without a result."""
    asked = Asked(settings=reach.settings, max_bytes=max_bytes)
    asked.room()
    cluster = await reach.cluster(cluster_id)
    asked = replace(asked, cluster_id=cluster.id, diagnosis_id=await _begin(reach, cluster, subject))
    wait = Wait.of(reach.settings, f"diagnosis {asked.diagnosis_id} of {subject.title}", progress)
    try:
        waited = await wait_until(
            lambda: wire.state(reach, cluster, asked.diagnosis_id), lambda state: state.is_done, wait
        )
    except AckError as exc:
        exc.message += f" (while diagnosis {asked.diagnosis_id} of cluster {cluster.id} was waited for)"
        raise
    if waited.last is None or not waited.is_over:
        return _late(asked, subject, waited)
    return await _report(reach, cluster, asked, waited.last)


async def create(reach: Reach, cluster_id: str, subject: Subject) -> DiagnosisReport:
    """Begins one. Raises AckError."""
    cluster = await reach.cluster(cluster_id)
    diagnosis_id = await _begin(reach, cluster, subject)
    asked = Asked(settings=reach.settings, cluster_id=cluster.id, diagnosis_id=diagnosis_id)
    return begun(asked, subject.title, (f"it takes some seconds to minutes. Next: {asked.going_on()}",))


async def result(reach: Reach, cluster_id: str, asked: Asked) -> DiagnosisReport:
    """How one stands, or what it found; `asked.cluster_id` is not used. Raises AckError."""
    identifiers.diagnosis_id(asked.diagnosis_id)
    cluster = await reach.cluster(cluster_id)
    asked = replace(asked, cluster_id=cluster.id)
    asked.room()
    try:
        state = await wire.state(reach, cluster, asked.diagnosis_id)
    except NotFound as exc:
        exc.next_step = "Ids are of one cluster: check cluster_id; create_cluster_diagnosis begins another diagnosis."
        raise
    check_allowed(reach.settings, state.type, state.target)
    if not state.is_done:
        return unfinished(asked, state, (f"look again in a while: {asked.going_on()}",))
    return await _report(reach, cluster, asked, state)


async def _begin(reach: Reach, cluster: ClusterRef, subject: Subject) -> str:
    try:
        return await wire.begin(reach, cluster, subject)
    except (Unavailable, DeadlineExceeded, UnexpectedAnswer) as exc:
        exc.next_step = "Whether it was begun is not known; it changes nothing, so call again."
        raise


def _late(asked: Asked, subject: Subject, waited: Waited[DiagnosisState]) -> DiagnosisReport:
    trouble = waited.trouble
    failed = f"; the last look failed: {trouble.code}: {trouble.message}" if trouble else ""
    notes = (f"not over after {waited.seconds:.0f} s{failed}. Next: {asked.going_on()} in a while",)
    return unfinished(asked, waited.last, notes) if waited.last else begun(asked, subject.title, notes)


async def _report(reach: Reach, cluster: ClusterRef, asked: Asked, state: DiagnosisState) -> DiagnosisReport:
    if state.has_failed:
        why = short(state.message, _LONGEST_MESSAGE) or "it does not say why"
        raise DiagnosisFailed(
            f"the diagnosis of {subject_of(state)} failed: {why} (diagnosis {asked.diagnosis_id})",
            next_step="Check that what it names exists (ack_kubectl get); else try again, or use triage.",
        )
    longest = reading.IN_DETAIL if asked.details else reading.EVIDENCE
    found = await asyncio.to_thread(reading.read, state.result, longest)
    if not found.has_checks:
        found = await _by_items(reach, cluster, asked, found, longest)
    return finished(asked, state, found, asked.room())


async def _by_items(reach: Reach, cluster: ClusterRef, asked: Asked, found: Result, longest: int) -> Result:
    """The list of check items has a documented shape, and is asked for where the result has an unknown one."""
    try:
        items = await wire.check_items(reach, cluster, asked.diagnosis_id)
    except AckError:
        return found
    listed = await asyncio.to_thread(reading.read, items, longest)
    return replace(listed, parts=(*found.parts, *listed.parts))
