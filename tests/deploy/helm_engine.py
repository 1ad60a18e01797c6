"""Answers lines of JSON with what Helm makes of a chart; run by the Python of `make deploy-tools`."""

import importlib
import json
import sys
from typing import Any

RELEASE = {"name": "ack-mcp-server", "namespace": "kube-system"}


def main() -> None:
    chart = importlib.import_module("helm_python.chart")
    errors = importlib.import_module("helm_python.errors")
    for line in sys.stdin:
        try:
            answer = {"answer": _answer(chart, json.loads(line))}
        except errors.HelmError as exc:
            answer = {"refused": str(exc)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(chart: Any, question: dict[str, Any]) -> Any:
    if question["what"] == "lint":
        return chart.lint(question["chart"], strict=True)
    with chart.Chart.load(question["chart"]) as loaded:
        if "kubeconfig" not in question:
            return loaded.render(question["values"], **RELEASE)
        config = importlib.import_module("helm_python.config")
        with config.Config(kubeconfig_content=question["kubeconfig"], namespace=RELEASE["namespace"]) as cluster:
            return cluster.render(loaded, question["values"], **RELEASE)


if __name__ == "__main__":
    main()
