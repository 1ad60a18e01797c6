"""The writes that were recorded of a real API server, sent again: every answer is the one that was recorded."""

import json
import shlex
from typing import Any

import pytest

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Json, needs_kubectl
from tests.sandbox.kube.recorded import read

SERIES: dict[str, list[Json]] = read("writes.json")
# What differs from one server to the next.
VOLATILE = ("uid", "resourceVersion", "creationTimestamp", "deletionTimestamp")
CONTROLLERS = ("kube-controller-manager", "kubelet")
REVISION = "deployment.kubernetes.io/revision"
# This kubectl calls the flag by its older name.
OLDER = {"--cpu=80%": "--cpu-percent=80"}


def comparable(answer: Json) -> Json:
    """An answer without names and moments of its server, and without what controllers wrote."""
    made: Json = json.loads(json.dumps(answer))
    if made["kind"] == "Status":
        made.get("details", {}).pop("uid", None)
        return made
    made.pop("status", None)
    meta = {name: value for name, value in made["metadata"].items() if name not in VOLATILE}
    managed = [_entry(each) for each in meta.pop("managedFields", []) if each["manager"] not in CONTROLLERS]
    annotations = {name: value for name, value in meta.pop("annotations", {}).items() if name != REVISION}
    made["metadata"] = {**meta, "annotations": annotations, "managedFields": sorted(managed, key=json.dumps)}
    for name in ("clusterIP", "clusterIPs"):
        made.get("spec", {}).pop(name, None)
    template = made.get("spec", {}).get("template", {}).get("metadata", {})
    template.pop("creationTimestamp", None)  # older servers write it, always null
    return made


def _entry(entry: Json) -> Json:
    return {name: entry[name] for name in sorted(entry) if name != "time"}


def _sent(cluster: Cluster, row: Json) -> Any:
    path, _, _ = row["path"].partition("?")
    body = row["request"]
    if "resourceVersion" in body and row["status"] == 200:
        current = cluster.api.get(path).json["metadata"]["resourceVersion"]
        body = _with_version(json.loads(body), current)
    encoded = body if isinstance(body, bytes) else body.encode()
    return cluster.api.call(row["method"], row["path"], encoded, content_type=row["type"], user_agent="kubectl/v1.36.0")


def _with_version(body: Any, current: str) -> bytes:
    """The request with the version that the object has here."""
    if isinstance(body, dict):
        body["metadata"]["resourceVersion"] = current
    else:
        for operation in body:
            if operation["path"] == "/metadata/resourceVersion":
                operation["value"] = current
    return json.dumps(body).encode()


def _noted(cluster: Cluster, path: str) -> None:
    """The annotation of the Deployment's controller, which did not wait for the next command."""
    store = cluster.server.state.store
    if "/deployments" in path:
        made = store.get("apps/deployments", "rec", "web")
        assert made is not None
        meta = {**made["metadata"], "annotations": {REVISION: "5"}}
        store.put("apps/deployments", {**made, "metadata": meta}, cluster.clock.now())


@needs_kubectl
@pytest.mark.parametrize("series", SERIES)
def test_recorded_writes_are_answered_as_they_were(written: Cluster, series: str) -> None:
    for row in SERIES[series]:
        if "request" not in row:  # it was protobuf, which kubectl writes anew
            words = [OLDER.get(each, each) for each in shlex.split(row["command"])]
            done = written.kubectl.run(*words)
            assert done.returncode == 0, done.stderr
            _noted(written, row["path"])
            continue
        answer = _sent(written, row)
        assert answer.status == row["status"], (row["command"], answer.text)
        if row["answer"]:
            assert comparable(answer.json) == comparable(row["answer"]), row["command"]
