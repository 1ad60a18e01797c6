"""PromQL for a question: the first subject of this list that its words name."""

import re

from ack_sandbox.sls.ai.vocabulary import words_of

_SUBJECTS = (
    ({"throttled", "throttling"}, "sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{%s}[5m]))"),
    ({"restart", "restarted", "crash"}, "sum by (pod) (increase(kube_pod_container_status_restarts_total{%s}[1h]))"),
    ({"oom", "oomkilled"}, 'kube_pod_container_status_last_terminated_reason{reason="OOMKilled"%s}'),
    ({"pending", "phase"}, "sum by (phase) (kube_pod_status_phase{%s})"),
    ({"memory", "内存"}, 'sum by (pod) (container_memory_working_set_bytes{container!=""%s})'),
    ({"network", "traffic"}, "sum by (pod) (rate(container_network_receive_bytes_total{%s}[5m]))"),
    ({"cpu"}, 'sum by (pod) (rate(container_cpu_usage_seconds_total{container!=""%s}[5m]))'),
)
_NAMESPACE = re.compile(r"namespace\s+([a-z0-9][a-z0-9-]*)")
_TOP = re.compile(r"\btop\s+(\d{1,3})", re.IGNORECASE)


def promql_for(question: str) -> tuple[str, str]:
    """A remark and the query; without a subject that is known, what is up."""
    words = set(words_of(question)) | {word for word in ("内存",) if word in question}
    expression = next((text for names, text in _SUBJECTS if names & words), None)
    if expression is None:
        return "no metric is known for these words", "up"
    found = _NAMESPACE.search(question)
    label = f'namespace="{found[1]}"' if found else ""
    query = expression % (f",{label}" if label and '"%s' in expression else label)
    top = _TOP.search(question)
    return "one metric of the cluster", f"topk({top[1]}, {query})" if top else query
