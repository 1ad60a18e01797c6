"""Tables of how the API server shares its capacity, and of what the scale of a workload is."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, condition, dig, name_of
from ack_sandbox.kube.tables.ages import age
from ack_sandbox.kube.tables.columns import Cells, Column, Printer, columns

NONE = "<none>"


def _flow_schema(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    return [
        name_of(obj),
        dig(spec, "priorityLevelConfiguration", "name", default=""),
        spec.get("matchingPrecedence", 0),
        dig(spec, "distinguisherMethod", "type", default=NONE),
        age(obj, now),
        dig(condition(obj, "Dangling") or {}, "status", default="?"),
    ]


def _priority_level(obj: Object, now: datetime) -> Cells:
    limited = dig(obj, "spec", "limited", default={})
    queuing = dig(limited, "limitResponse", "queuing", default={})
    shares = str(limited.get("nominalConcurrencyShares", NONE))
    figures = [queuing.get(name, NONE) for name in ("queues", "handSize", "queueLengthLimit")]
    return [name_of(obj), obj["spec"]["type"], shares, *figures, age(obj, now)]


def _scale(obj: Object, now: datetime) -> Cells:
    return [
        name_of(obj),
        dig(obj, "spec", "replicas", default=0),
        dig(obj, "status", "replicas", default=0),
        age(obj, now),
    ]


FLOWS = (*columns("PriorityLevel,MatchingPrecedence,DistinguisherMethod,Age"), Column("MissingPL"))
LEVELS = columns("Type,NominalConcurrencyShares,Queues,HandSize,QueueLengthLimit,Age")
SCALE = Printer(columns("Desired,Available,Age", "", "Desired,Available"), _scale)
PRINTERS = {
    "flowcontrol.apiserver.k8s.io/flowschemas": Printer(FLOWS, _flow_schema),
    "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations": Printer(LEVELS, _priority_level),
}
