"""What was recorded of a real cluster, as objects and resources for this server; what a list printed is never used."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.resources import Catalog, Resource, Subresource, catalog
from tests.sandbox.kube.doors import Json

RECORDINGS = Path(__file__).parent / "recordings"


def read(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text())


COMMANDS: list[Json] = read("commands.json")
OBJECTS: list[Json] = read("objects.json")
METADATA: Json = read("metadata.json")
GROUPS: list[Json] = read("discovery.json")
# Other versions of a resource show the objects of one of them.
STORED_AS = {"events.k8s.io/events": "/events"}
LOGGED = "040-logs-n-staging-deploy-cart-tail-3-timestamps"


def _found(kind: str, namespace: str, name: str) -> Json:
    return next(
        each
        for each in OBJECTS
        if (each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"]) == (kind, namespace, name)
    )


def objects() -> Iterator[Json]:
    """Every object that was recorded whole, and those that follow from such ones and recorded metadata."""
    yield from OBJECTS
    yield from map(_namespace, METADATA["namespaces"])
    yield _replica_set()
    yield _event()


def _namespace(metadata: Json) -> Json:
    phase = "Terminating" if "deletionTimestamp" in metadata else "Active"
    return {"kind": "Namespace", "apiVersion": "v1", "metadata": metadata, "status": {"phase": phase}}


def _replica_set() -> Json:
    """The one ReplicaSet of a Deployment: its template, and as many pods as name it as their owner."""
    deployment, metadata = _found("Deployment", "staging", "cart"), METADATA["replicaset"]
    owned = [each for each in OBJECTS if each["kind"] == "Pod" and _owner(each) == metadata["uid"]]
    template = deployment["spec"]["template"]
    labels = {**template["metadata"]["labels"], "pod-template-hash": metadata["labels"]["pod-template-hash"]}
    return {
        "kind": "ReplicaSet",
        "apiVersion": "apps/v1",
        "metadata": metadata,
        "spec": {
            "replicas": deployment["spec"]["replicas"],
            "selector": {"matchLabels": {"app": "cart", "pod-template-hash": labels["pod-template-hash"]}},
            "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
        },
        "status": {"replicas": len(owned), "readyReplicas": sum(map(_is_ready, owned)), "observedGeneration": 1},
    }


def _owner(pod: Json) -> str:
    return next((str(each["uid"]) for each in pod["metadata"].get("ownerReferences", [])), "")


def _is_ready(pod: Json) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in pod["status"]["conditions"])


def _event() -> Json:
    """The event that the list of events showed, for the description of the Deployment that it is about."""
    about = _found("Deployment", "staging", "cart")
    metadata: Json = METADATA["event"]["metadata"]
    _, kind, reason, _, _, source, message, _, count, _ = METADATA["event"]["cells"]
    return {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": metadata,
        "involvedObject": {
            "kind": about["kind"],
            "apiVersion": about["apiVersion"],
            **{name: about["metadata"][name] for name in ("namespace", "name", "uid", "resourceVersion")},
        },
        "type": kind,
        "reason": reason,
        "message": message,
        "source": {"component": source},
        "firstTimestamp": metadata["creationTimestamp"],
        "lastTimestamp": metadata["creationTimestamp"],
        "count": count,
    }


def scripts() -> Iterator[tuple[tuple[str, str, str], Script]]:
    """What the containers of the recorded pods wrote, without the moments that the node put before the lines."""
    recorded = next(each for each in COMMANDS if each["name"] == LOGGED)
    lines = tuple(line.partition(" ")[2] for line in recorded["stdout"].splitlines())
    for pod in (each for each in OBJECTS if each["metadata"].get("labels", {}).get("app") == "cart"):
        if pod["kind"] == "Pod":
            yield ("staging", pod["metadata"]["name"], "app"), Script(opening=lines)


def recorded_catalog() -> Catalog:
    """The resources of the recorded discovery, in its order."""
    return catalog(
        _resource(group["metadata"].get("name", ""), version["version"], entry, group)
        for group in GROUPS
        for version in group["versions"]
        for entry in version["resources"]
    )


def _resource(group: str, version: str, entry: Json, served: Json) -> Resource:
    plural, first = entry["resource"], served["versions"][0]["version"]
    elsewhere = STORED_AS.get(f"{group}/{plural}", "" if version == first else f"{group}/{plural}")
    return Resource(
        group=group,
        version=version,
        kind=entry["responseKind"]["kind"],
        plural=plural,
        namespaced=entry["scope"] == "Namespaced",
        singular=entry["singularResource"],
        short_names=tuple(entry.get("shortNames", ())),
        categories=tuple(entry.get("categories", ())),
        verbs=tuple(entry["verbs"]),
        subresources=tuple(map(_subresource, entry.get("subresources", []))),
        custom=group.endswith("example.com"),
        stored_as=elsewhere,
    )


def _subresource(entry: Json) -> Subresource:
    kind = entry["responseKind"]
    return Subresource(
        name=entry["subresource"],
        kind=kind["kind"],
        verbs=tuple(entry["verbs"]),
        group=kind["group"],
        version=kind["version"],
    )
