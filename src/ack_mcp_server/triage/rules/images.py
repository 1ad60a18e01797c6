"""Images that do not arrive."""

import re
from collections.abc import Iterator

from ack_mcp_server.kube.objects import items, name_of, text
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.pods import Trouble
from ack_mcp_server.triage.workloads import Case, where

# The words of container runtimes and registries, the more telling first.
_REASONS = (
    (
        "ImageAccessDenied",
        re.compile(r"denied|unauthorized|authorization failed|authentication required|forbidden|no basic auth", re.I),
    ),
    ("ImagePullRateLimited", re.compile(r"too ?many ?requests|(status|code)\W{1,3}429\b|rate limit", re.I)),
    (
        "RegistryUnreachable",
        re.compile(r"no such host|i/o timeout|connection refused|deadline exceeded|tls: |x509|no route to host", re.I),
    ),
    ("ImageNotFound", re.compile(r"not found|manifest unknown|does not exist|name unknown", re.I)),
    ("ImageForAnotherPlatform", re.compile(r"no match for platform|exec format error", re.I)),
)

_OF_ADDONS = " (an ACK addon's: list_cluster_addons tells its state, which only the addon's own upgrade mends)"


def images(case: Case) -> Iterator[Cause]:
    found = case.of("image")
    for trouble in {trouble.container: trouble for trouble in found}.values():
        yield _cause(case, trouble)


def _cause(case: Case, trouble: Trouble) -> Cause:
    image = text(trouble.spec, "image")
    said = _said(case, trouble)
    kind = "InvalidImageName" if trouble.reason == "InvalidImageName" else _kind(_without_names(said, image))
    return Cause(
        kind=kind,
        says=_says(kind, image, trouble),
        evidence=(f"event: {said}",) if said else (f"status: {trouble.reason}: {trouble.message}",),
        weight=95 if kind != "ImagePullFailed" else 70,
        next=_next(case, kind, trouble),
        since=trouble.since,
    )


def _said(case: Case, trouble: Trouble) -> str:
    """What the registry answered; the kubelet repeats only that it waits."""
    texts = [text(event, "message") for event in case.scene.events(trouble.pod, "Failed", "InspectFailed")]
    image = text(trouble.spec, "image")
    telling = [said for said in texts if image in said and not said.startswith("Back-off")]
    waiting = trouble.message if not trouble.message.startswith("Back-off") else ""
    return next(iter(telling), waiting)


def _without_names(said: str, image: str) -> str:
    """Without addresses and the image, whose name or tag may hold any word."""
    tagged = image.rpartition("/")[2]
    name = re.split("[:@]", tagged)[0]
    forms = ["://", rf"/{re.escape(name)}(?![\w.-])", *([re.escape(tagged)] if tagged != name else [])]
    is_name = re.compile("|".join(forms))
    return " ".join(word for word in said.split() if not is_name.search(word))


def _kind(said: str) -> str:
    return next((kind for kind, words in _REASONS if words.search(said)), "ImagePullFailed")


def _says(kind: str, image: str, trouble: Trouble) -> str:
    secrets = ", ".join(text(each, "name") for each in items(trouble.pod, "spec", "imagePullSecrets"))
    named = f"its imagePullSecrets ({secrets}) do not open it" if secrets else "the pod names no imagePullSecrets"
    told = {
        "ImageAccessDenied": f"the registry refuses image {image}: it is private (or does not exist) and {named}",
        "ImagePullRateLimited": f"the registry limits how often image {image} is pulled",
        "RegistryUnreachable": f"the nodes do not reach the registry of image {image}",
        "ImageNotFound": f"image {image} does not exist in its registry: the tag or the name is wrong",
        "ImageForAnotherPlatform": f"image {image} has no build for the nodes' platform",
        "InvalidImageName": f"{image} is no valid image name",
    }
    return told.get(kind, f"image {image} cannot be pulled ({trouble.reason})")


def _next(case: Case, kind: str, trouble: Trouble) -> str:
    place = where(case.ref)
    if case.ref.kind == "deployment" and kind in ("ImageNotFound", "InvalidImageName"):
        correct = f"set image {case.ref}{place} {trouble.container}=…"
        undo = f"rollout undo {case.ref}{place}, or " * (len(case.scene.replica_sets_of(case.obj)) > 1)
        return f"{undo}{correct}{_OF_ADDONS * (case.ref.namespace == 'kube-system')}"
    if kind == "ImageAccessDenied":
        account = text(trouble.pod, "spec", "serviceAccountName") or "default"
        return (
            f"get serviceaccount {account}{place} -o yaml; get secrets{place} (a pull secret for that registry is to "
            "be added)"
        )
    return f"describe pod {name_of(trouble.pod)}{place}"
