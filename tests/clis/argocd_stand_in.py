"""What argocd prints, made up: an application as JSON (argoproj.io/v1alpha1), its comparison and its manifests."""

import json
from typing import Any

OLD, NEW = "a" * 40, "b" * 40
DIFF = """
===== apps/Deployment shop/web ======
7c7
<   replicas: 1
---
>   replicas: 3
"""
MANIFESTS = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:2"}]}
"""


def resource(kind: str, name: str, *, group: str = "", differs: bool = True, **more: object) -> dict[str, Any]:
    status = "OutOfSync" if differs else "Synced"
    return {"group": group, "version": "v1", "kind": kind, "namespace": "shop", "name": name, "status": status, **more}


WEB = resource("Deployment", "web", group="apps")
GONE = resource("ConfigMap", "old", requiresPruning=True)


def application(
    *resources: dict[str, Any],
    phase: str = "Succeeded",
    automated: bool = False,
    revision: str = NEW,
    values: str = "",
) -> str:
    source = {"repoURL": "https://git.example.com/web.git", "path": "deploy", "targetRevision": "main"}
    policy = {"automated": {"prune": True}} if automated else {}
    helm = {"helm": {"parameters": [{"name": "password", "value": values}]}} if values else {}
    then = {**source, "targetRevision": "release"}
    return json.dumps({
        "metadata": {"name": "web", "namespace": "argocd", "uid": "u-1", "resourceVersion": "7"},
        "spec": {
            "project": "default",
            "source": {**source, **helm},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            **({"syncPolicy": policy} if policy else {}),
        },
        "status": {
            "sync": {"status": "OutOfSync", "revision": revision},
            "health": {"status": "Healthy"},
            "resources": list(resources),
            "history": [
                {"id": 3, "revision": OLD, "deployedAt": "2026-01-01T10:00:00Z", "source": then},
                {"id": 4, "revision": NEW, "deployedAt": "2026-01-02T10:00:00Z", "source": source},
            ],
            "operationState": {"phase": phase, "startedAt": "2026-01-02T10:00:00Z", "message": "waiting for hooks"},
        },
    })  # fmt: skip
