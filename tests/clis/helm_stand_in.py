"""A small script in helm's place: it notes how it was called, and prints what helm prints for that command."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What is called is told by the verb, by whether it is rehearsed, and by a revision: `upgrade.dry`, `status.2`.
_SCRIPT = """#!/bin/sh
here='{folder}'
key="$1"; case "$1" in get|show) key="$1.$2";; esac
line=""
for word in "$@"; do
  line="$line$word\t"
  case "$word" in --dry-run=*) key="$key.dry";; --revision=*) key="$key.${{word#--revision=}}";; esac
done
printf '%s\\n' "$line" >> "$here/calls"
env > "$here/env"
pwd > "$here/cwd"
case "$line" in *--values=-*) cat > "$here/stdin";; esac
test -f "$here/$key.err" && cat "$here/$key.err" >&2
test -f "$here/$key.out" && cat "$here/$key.out"
test -f "$here/$key.run" && . "$here/$key.run"
test ! -f "$here/$key.err" || exit 1
"""


@dataclass(frozen=True)
class StandIn:
    folder: Path

    @classmethod
    def at(cls, folder: Path) -> "StandIn":
        (folder / "bin").mkdir(parents=True)
        script = folder / "bin" / "helm"
        script.write_text(_SCRIPT.format(folder=folder))
        script.chmod(0o755)
        return cls(folder)

    def prints(self, key: str, text: str) -> None:
        (self.folder / f"{key}.err").unlink(missing_ok=True)
        (self.folder / f"{key}.out").write_text(text)

    def fails(self, key: str, text: str) -> None:
        (self.folder / f"{key}.err").write_text(text)

    def runs(self, key: str, shell: str) -> None:
        (self.folder / f"{key}.run").write_text(shell)

    @property
    def calls(self) -> list[list[str]]:
        """Without the kubeconfig, which is named last."""
        calls = self.folder / "calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [[word for word in line.split("\t") if word and "--kubeconfig=" not in word] for line in lines]

    def noted(self, what: str) -> str:
        return (self.folder / what).read_text()


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
