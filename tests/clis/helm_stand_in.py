"""What helm prints, made up: releases as JSON, and manifests of charts."""

import json
from typing import Any


def release(
    manifest: str,
    *,
    revision: int = 1,
    hooks: tuple[tuple[str, str], ...] = (),
    chart: str = "",
    files: tuple[str, ...] = (),
    status: str = "deployed",
) -> str:
    """As `status -o json` tells of one, and a rehearsal, which has the chart too."""
    told: dict[str, Any] = {
        "name": "web",
        "info": {
            "first_deployed": "2026-01-01T10:00:00.000000001Z",
            "last_deployed": f"2026-01-0{revision}T10:00:00.000000001Z",
            "deleted": "",
            "description": "Upgrade complete",
            "status": status,
        },
        "config": {"replicaCount": 2},
        "manifest": manifest,
        "hooks": [{"name": "hook", "kind": "Job", "manifest": text, "events": [event]} for event, text in hooks],
        "version": revision,
        "namespace": "shop",
    }
    if chart:
        name, _, version = chart.rpartition("-")
        told["chart"] = {
            "metadata": {"name": name, "version": version},
            "templates": [],
            "values": {},
            "files": [{"name": name, "data": ""} for name in files],
        }
    return json.dumps(told)


def deployment(replicas: int = 1, name: str = "web", extra: str = "") -> str:
    return f"""---
# Source: web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:{extra or " {}"}
"""


def secret(value: str) -> str:
    return f"""---
# Source: web/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web
stringData:
  database: {value}
"""


def job(name: str) -> str:
    return f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{}}}}}}\n"
