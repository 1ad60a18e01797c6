"""Containers that cannot be made, and volumes that cannot be mounted: something that they name is not there."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.objects import Object, name_of, namespace_of, text
from ack_mcp_server.triage.pods import Trouble
from ack_mcp_server.triage.scene import count_of
from ack_mcp_server.triage.workloads import Case, where

_ABSENT = re.compile(r'(configmap|secret|persistentvolumeclaim|serviceaccount)s? "([^"]{1,253})" not found', re.I)
_NO_KEY = re.compile(r"couldn't find key (\S{1,253}) in (ConfigMap|Secret) (\S{1,253})")
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
    kind, says, command = _reading(case, trouble, said, otherwise)
    return Cause(kind=kind, says=says, evidence=(evidence,), weight=95, next=command, since=trouble.since)


def _reading(case: Case, trouble: Trouble, said: str, otherwise: str) -> tuple[str, str, str]:
    user = f"container {trouble.container}" if trouble.what == "config" else "the pod"
    if found := _ABSENT.search(said):
        kind, name = _KINDS[found[1].lower()], found[2]
        says = f'{kind} "{name}", which {user} needs, does not exist{_near(case, kind, trouble.pod, name)}'
        return f"{kind}Missing", says, f"get {kind.lower()}s{where(case.ref)}"
    if found := _NO_KEY.search(said):
        says = f'{found[2]} {found[3].rpartition("/")[2]} has no key "{found[1]}", which {user} needs'
        return (
            f"{found[2]}KeyMissing",
            says,
            f"describe {found[2].lower()} {found[3].rpartition('/')[2]}{where(case.ref)}",
        )
    return (
        otherwise,
        f"{user} cannot be started: {trouble.reason}",
        f"describe pod {name_of(trouble.pod)}{where(case.ref)}",
    )


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
