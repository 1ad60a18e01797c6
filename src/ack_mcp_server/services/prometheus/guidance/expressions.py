"""Queries made for a metric by its type and the labels that it has, for metrics without one in the dictionary."""

import re

from ack_mcp_server.services.prometheus.guidance.dictionary import HISTOGRAM

_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*", re.ASCII)
_GROUPS = ("namespace", "pod", "deployment", "node", "persistentvolumeclaim", "ingress", "service", "instance", "job")
_MOST_GROUPS = 2
_TYPES = (("_bucket", HISTOGRAM), ("_total", "counter"), ("_sum", "counter"), ("_count", "counter"), ("_info", "gauge"))


def type_by_name(name: str) -> str:
    """What the usual endings say."""
    return next((type_ for ending, type_ in _TYPES if name.endswith(ending)), "gauge")


def expression(name: str, type_: str, labels: tuple[str, ...]) -> str:
    """Empty for a name that cannot stand in a query as it is."""
    if not _NAME.fullmatch(name):
        return ""
    groups = [label for label in _GROUPS if label in labels][:_MOST_GROUPS]
    by = f" by ({', '.join(groups)})" if groups else ""
    if type_ == HISTOGRAM:
        grouped = ", ".join([*groups, "le"])
        return f"histogram_quantile(0.99, sum by ({grouped}) (rate({name}_bucket[5m])))"
    if type_ == "counter":
        return f"sum{by} (rate({name}[5m]))"
    return f"max{by} ({name})"
