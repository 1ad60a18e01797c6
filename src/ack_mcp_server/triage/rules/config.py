"""Containers that cannot be made, and volumes that cannot be mounted: something that they name is not there."""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from ack_mcp_server.kube.objects import Object, Ref, name_of, namespace_of, text
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.pods import Trouble
from ack_mcp_server.triage.scene import count_of
from ack_mcp_server.triage.workloads import Case, where

_ABSENT = re.compile(r'(configmap|secret|persistentvolumeclaim|serviceaccount)s? "([^"]{1,253})" not found', re.I)
_NO_KEY = re.compile(r"couldn't find key (\S{1,253}) in (ConfigMap|Secret) ([a-z0-9./-]{1,400})")
_KINDS = {
    "configmap": "ConfigMap",
    "secret": "Secret",
    "persistentvolumeclaim": "PersistentVolumeClaim",
    "serviceaccount": "ServiceAccount",
}
_MOUNTING = ("FailedMount", "FailedAttachVolume", "FailedMapVolume")
_SANDBOX = ("FailedCreatePodSandBox", "FailedPodSandBoxStatus", "NetworkNotReady")


def config(case: Case) -> Iterator[Cause]:
    for trouble in {trouble.container: trouble for trouble in case.of("config")}.values():
        yield _explained(case, trouble, trouble.message, f"status: {trouble.reason}: {trouble.message}")


def creating(case: Case) -> Iterator[Cause]:
    """Pods that stay in ContainerCreating; their events tell why."""
    for trouble in case.of("creating")[:1]:
        for reasons, kind in ((_MOUNTING, "VolumeNotMounted"), (_SANDBOX, "PodNetworkFailed")):
            for event in case.scene.events(trouble.pod, *reasons)[:1]:
                yield _explained(case, trouble, text(event, "message"), _quoted(event), kind)
        if not case.scene.events(trouble.pod, *_MOUNTING, *_SANDBOX):
            yield _unexplained(case, trouble)


def _explained(case: Case, trouble: Trouble, said: str, evidence: str, otherwise: str = "ContainerNotCreated") -> Cause:
    found = _absent(case, trouble, said) or _keyless(case, trouble, said) or _unknown(case, trouble, otherwise)
    return replace(found, evidence=(evidence,), weight=95, since=trouble.since)


def _absent(case: Case, trouble: Trouble, said: str) -> Cause | None:
    found = _ABSENT.search(said)
    if found is None:
        return None
    kind, name = _KINDS[found[1].lower()], found[2]
    says = f'{kind} "{name}", which {_user(trouble)} needs, does not exist{_near(case, kind, trouble.pod, name)}'
    absent = Ref(kind.lower(), namespace_of(trouble.pod), name)
    return Cause(kind=f"{kind}Missing", says=says, next=f"get {kind.lower()}s{where(case.ref)}", absent=absent)


def _keyless(case: Case, trouble: Trouble, said: str) -> Cause | None:
    found = _NO_KEY.search(said)
    if found is None:
        return None
    name = found[3].rpartition("/")[2]
    says = f'{found[2]} {name} has no key "{found[1]}", which {_user(trouble)} needs'
    return Cause(kind=f"{found[2]}KeyMissing", says=says, next=f"describe {found[2].lower()} {name}{where(case.ref)}")


def _unknown(case: Case, trouble: Trouble, kind: str) -> Cause:
    command = f"describe pod {name_of(trouble.pod)}{where(case.ref)}"
    return Cause(kind=kind, says=f"{_user(trouble)} cannot be started: {trouble.reason}", next=command)


def _user(trouble: Trouble) -> str:
    return f"container {trouble.container}" if trouble.what == "config" else "the pod"


def _near(case: Case, kind: str, pod: Object, name: str) -> str:
    """What may have been meant."""
    there = [name_of(each) for each in case.scene.all(kind) if namespace_of(each) == namespace_of(pod)]
    close = get_close_matches(name, there, n=1, cutoff=0.75)
    return f' (there is "{close[0]}")' if close else ""


def _unexplained(case: Case, trouble: Trouble) -> Cause:
    node = text(trouble.pod, "spec", "nodeName")
    return Cause(
        kind="ContainerNotCreated",
        says=f"the kubelet of {node} does not get its containers made, and no event tells why",
        evidence=(f"status: {trouble.reason}",),
        weight=40,
        next=f"describe pod {name_of(trouble.pod)}{where(case.ref)}",
        since=trouble.since,
    )


def _quoted(event: Object) -> str:
    return f"event {text(event, 'reason')} ×{count_of(event)}: {text(event, 'message')}"
