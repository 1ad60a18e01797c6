"""Diagnoses: CreateClusterDiagnosis, GetClusterDiagnosisResult and GetClusterDiagnosisCheckItems."""

from collections.abc import Mapping
from typing import Any

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.diagnosis_bodies import check_items, result
from ack_sandbox.cloud.cs.diagnosis_types import TYPES, TargetMissing
from ack_sandbox.cloud.cs.examinations import Examination, duration
from ack_sandbox.cloud.cs.health.findings import Finding
from ack_sandbox.cloud.cs.health.view import look
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json, json_text, rfc3339
from ack_sandbox.draws import Draws

CREATED, RUNNING, DONE = 0, 1, 2
SUCCEEDED, FAILED = 0, 1
STARTS_AFTER = 0.2  # of its time; until then it is merely created
TIMED_OUT = "the diagnosis agent did not report in time"


def create_cluster_diagnosis(call: Call) -> Json:
    record, asked = call.cluster(), call.document()
    kind = str(asked.get("type") or "")
    if kind not in TYPES:
        raise errors.invalid_parameter("type", f"it is one of {', '.join(TYPES)}")
    diagnosis = _begin(call, record, kind, _target(kind, asked.get("target")))
    record.examined.diagnoses.append(diagnosis)
    return {"cluster_id": record.plan.id, "diagnosis_id": diagnosis.id, "request_id": call.request_id}


def get_cluster_diagnosis_result(call: Call) -> Json:
    diagnosis, now = _asked(call), call.now
    over = diagnosis.is_over(now)
    started = now >= diagnosis.began + diagnosis.lasts * STARTS_AFTER
    problem = _problem(diagnosis) if over else ""
    return {
        "code": FAILED if problem else SUCCEEDED,
        "created": rfc3339(diagnosis.began),
        "diagnosis_id": diagnosis.id,
        "finished": rfc3339(diagnosis.ends) if over else "",
        "message": problem or ("success" if over else ""),
        "result": json_text(result(diagnosis)) if over and not problem else "",
        "status": DONE if over else RUNNING if started else CREATED,
        "target": json_text(diagnosis.target),
        "type": diagnosis.type,
    }


def get_cluster_diagnosis_check_items(call: Call) -> Json:
    diagnosis = _asked(call)
    problem = _problem(diagnosis) if diagnosis.is_over(call.now) else ""
    shown = diagnosis.is_over(call.now) and not problem
    return {
        "check_items": check_items(diagnosis) if shown else [],
        "code": "DiagnosisFailed" if problem else "200",
        "is_success": not problem,
        "request_id": call.request_id,
    }


def _begin(call: Call, record: ClusterRecord, kind: str, target: Mapping[str, Any]) -> Examination:
    draws = Draws(call.store.plan.seed).at("diagnosis", record.plan.id, len(record.examined.diagnoses))
    found, problem = _look(call, record, kind, target)
    return Examination(
        id=draws.hex(32),
        type=kind,
        target=target,
        began=call.now,
        lasts=duration(draws.at("lasts")),
        fate=record.examined.orders.take_diagnosis(),
        findings=tuple(found),
        problem=problem,
    )


def _look(call: Call, record: ClusterRecord, kind: str, target: Mapping[str, Any]) -> tuple[list[Finding], str]:
    try:
        return TYPES[kind].diagnose(look(call.store.live(record.plan.id)), target), ""
    except TargetMissing as missing:
        return [], str(missing)


def _target(kind: str, given: object) -> Mapping[str, Any]:
    names = TYPES[kind].target
    if not isinstance(given, dict) or any(given.get(name) in (None, "") for name in names):
        raise errors.invalid_parameter("target", f"for {kind} it is an object with {', '.join(names)}")
    if not all(isinstance(given[name], str | int) for name in names):
        raise errors.invalid_parameter("target", f"{', '.join(names)} are texts")
    return given


def _asked(call: Call) -> Examination:
    diagnosis_id = call.path["diagnosis_id"]
    diagnoses = call.cluster().examined.diagnoses
    found = next((each for each in diagnoses if each.id == diagnosis_id), None)
    if found is None:
        raise errors.diagnosis_not_found(diagnosis_id)
    return found


def _problem(diagnosis: Examination) -> str:
    return TIMED_OUT if diagnosis.fate == "fail" else diagnosis.problem
