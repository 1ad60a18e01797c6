"""Tables of RBAC, of admission webhooks and of certificate requests."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, dig, name_of
from ack_sandbox.kube.tables.ages import age
from ack_sandbox.kube.tables.columns import Cells, Printer, columns

NONE = "<none>"


def _subjects(obj: Object, kind: str) -> str:
    found = [each for each in obj.get("subjects") or [] if each["kind"] == kind]
    if kind == "ServiceAccount":
        return ", ".join(f"{each['namespace']}/{each['name']}" for each in found)
    return ", ".join(each["name"] for each in found)


def _binding(obj: Object, now: datetime) -> Cells:
    reference = obj["roleRef"]
    subjects = [_subjects(obj, kind) for kind in ("User", "Group", "ServiceAccount")]
    return [name_of(obj), f"{reference['kind']}/{reference['name']}", age(obj, now), *subjects]


def _webhooks(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), len(obj.get("webhooks") or []), age(obj, now)]


def _certificate_request(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    states = [each["type"] for each in dig(obj, "status", "conditions", default=[])]
    shown = ",".join(states) or "Pending"
    if dig(obj, "status", "certificate"):
        shown += ",Issued"
    duration = spec.get("expirationSeconds")
    return [
        name_of(obj),
        age(obj, now),
        spec.get("signerName", NONE),
        spec.get("username", ""),
        f"{duration // 3600}h" if duration else NONE,
        shown,
    ]


def _validating_policy(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    kind = spec.get("paramKind")
    shown = f"{kind['apiVersion']}/{kind['kind']}" if kind else "<unset>"
    return [name_of(obj), len(spec.get("validations") or []), shown, age(obj, now)]


def _policy_binding(obj: Object, now: datetime) -> Cells:
    reference = dig(obj, "spec", "paramRef", "name", default="<unset>")
    return [name_of(obj), obj["spec"]["policyName"], reference, age(obj, now)]


BINDINGS = columns("Role,Age", "Users,Groups,ServiceAccounts")
WEBHOOKS = columns("Webhooks,Age", "", "Webhooks")
REQUESTS = columns("Age,SignerName,Requestor,RequestedDuration,Condition")
PRINTERS = {
    "rbac.authorization.k8s.io/rolebindings": Printer(BINDINGS, _binding),
    "rbac.authorization.k8s.io/clusterrolebindings": Printer(BINDINGS, _binding),
    "admissionregistration.k8s.io/mutatingwebhookconfigurations": Printer(WEBHOOKS, _webhooks),
    "admissionregistration.k8s.io/validatingwebhookconfigurations": Printer(WEBHOOKS, _webhooks),
    "admissionregistration.k8s.io/validatingadmissionpolicies": Printer(
        columns("Validations,ParamKind,Age", "", "Validations"), _validating_policy
    ),
    "admissionregistration.k8s.io/validatingadmissionpolicybindings": Printer(
        columns("PolicyName,ParamRef,Age"), _policy_binding
    ),
    "certificates.k8s.io/certificatesigningrequests": Printer(REQUESTS, _certificate_request),
}
