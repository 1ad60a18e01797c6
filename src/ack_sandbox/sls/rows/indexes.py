"""How the fields of each kind of logstore are indexed."""

from collections.abc import Mapping

from ack_sandbox.sls.rows.plans import FieldIndex

TEXT, LONG, JSON = FieldIndex(), FieldIndex(type="long"), FieldIndex(type="json")
AUDIT: Mapping[str, FieldIndex] = {
    "auditID": TEXT,
    "level": TEXT,
    "stage": TEXT,
    "verb": TEXT,
    "requestURI": TEXT,
    "user": JSON,
    "user.username": TEXT,
    "user.groups": TEXT,
    "impersonatedUser": JSON,
    "impersonatedUser.username": TEXT,
    "sourceIPs": TEXT,
    "userAgent": TEXT,
    "objectRef": JSON,
    "objectRef.resource": TEXT,
    "objectRef.namespace": TEXT,
    "objectRef.name": TEXT,
    "objectRef.apiGroup": TEXT,
    "objectRef.apiVersion": TEXT,
    "objectRef.subresource": TEXT,
    "responseStatus": JSON,
    "responseStatus.code": LONG,
    "responseStatus.reason": TEXT,
    "responseStatus.message": TEXT,
    "requestObject": JSON,
    "responseObject": JSON,
    "annotations": JSON,
    "requestReceivedTimestamp": TEXT,
    "stageTimestamp": TEXT,
}
EVENTS: Mapping[str, FieldIndex] = {
    "eventId": JSON,
    "eventId.type": TEXT,
    "eventId.reason": TEXT,
    "eventId.message": TEXT,
    "eventId.count": LONG,
    "eventId.metadata.name": TEXT,
    "eventId.metadata.namespace": TEXT,
    "eventId.involvedObject.kind": TEXT,
    "eventId.involvedObject.name": TEXT,
    "eventId.involvedObject.namespace": TEXT,
    "eventId.source.component": TEXT,
    "eventId.source.host": TEXT,
    "level": TEXT,
    "hostname": TEXT,
    "pod_id": TEXT,
    "pod_name": TEXT,
}
CONTROL_PLANE: Mapping[str, FieldIndex] = {"content": TEXT, "level": TEXT, "hostname": TEXT}
